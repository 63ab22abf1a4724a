"""The command line, one file for each subject; each has COMMANDS, which `bot.__main__` puts together."""
