"""The one door through which a running service is changed: a socket for operators of this machine.

command line ──request──▶ server ──who is it? may they?──▶ command ──▶ pins, brakes, memory
             ◀─progress─            (SO_PEERCRED, `users`)
             ◀──reply───
"""
