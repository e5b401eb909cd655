"""The switches' command lines over SSH, from the same world as their MIBs.

dialect   what a vendor's shell is like: prompt, pager, errors, words of welcome
vrp, comware, rgos   the commands that each vendor answers
shell     one session: keys, echo, pager, abbreviations, time-out
server    asyncssh on a switch's address: password, terminals that run out, silence
keys      host keys, the same for a seed in every run
"""
