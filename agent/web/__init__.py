"""The agent's face over HTTP: pages for Prometheus, a status page and an API for people.

`server.WebServer` is what the service starts; `views.Views` is all it knows of the rest.
"""
