"""Telegram, spoken to through the Bot API: what people say comes in, what we answer goes out.

polling | webhook ─ arriving ─ translating → Receiver          sending → pacing, splitting, keyboards → the Bot API
requesting carries both, refusals names what went wrong
"""
