"""The door of the service: `python bot.py` is `python -m bot`, whose package has the same name."""

import runpy

if __name__ == "__main__":
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
