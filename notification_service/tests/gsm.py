"""The alphabet of text messages (3GPP TS 23.038): 160 characters of it fit into one."""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€"
LONGEST = 160


def length(text: str) -> int:
    """How many of the 160 places a text takes. ValueError for a character that costs every other one its place."""
    if foreign := set(text) - set(_BASIC + _EXTENDED):
        raise ValueError(f"not in the alphabet: {foreign}")
    return len(text) + sum(character in _EXTENDED for character in text)
