"""Who buys and who works here, how they are reached, and how they want to be."""

STAFF = "staff"
# By which channels a customer wants to be told of paid orders; by mail unless they said otherwise.
WISHES = {"ada": None, "bob": ("EMAIL", "SMS"), "eve": ("SMS",)}
CUSTOMERS = tuple(WISHES)


def contact(user_id: str) -> dict[str, str]:
    """Addresses by channel. One customer has no telephone."""
    email = {"EMAIL": f"{user_id}@example.com"}
    return email if user_id == "eve" else {**email, "SMS": f"+44 {user_id}"}


def channels(user_id: str) -> tuple[str, ...]:
    """By which channels a customer is told. Whoever wants text messages and has no number is told by mail."""
    wishes = WISHES[user_id] or ("EMAIL",)
    return tuple(channel for channel in wishes if channel in contact(user_id)) or ("EMAIL",)
