"""What people come in by, each built from its network and its storage: opened and shut by `bot.app`."""
