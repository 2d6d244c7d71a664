"""One class per message. Importing the package registers what is told at each step."""

from projects.notifications import likes, moves, orders, reminders

__all__ = ["likes", "moves", "orders", "reminders"]
