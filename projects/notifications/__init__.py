"""One class per message. Importing the package registers what is told at each step."""

from projects.notifications import consultation, likes, moves, orders, reminders

__all__ = ["consultation", "likes", "moves", "orders", "reminders"]
