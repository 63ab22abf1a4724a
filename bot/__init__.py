"""应哨 Yingshao: what the service knows and does."""

import os

# pypinyin reads these when it is first imported. We ask for the sound of single characters only; its dictionary of
# phrases would take 42 MB, a fifth of all we need.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
