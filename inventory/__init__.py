"""What is watched: sites, credentials, devices, hosts, kiosks, cloud nodes, systems."""
