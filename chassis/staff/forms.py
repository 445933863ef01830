"""The form that signs staff in."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from chassis.errors import Refusal

LONGEST_ADDRESS = 254  # RFC 5321.


class SignInForm(AdminAuthenticationForm):
    """E-mail address and password, as for the shop itself."""

    username = forms.CharField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    error_messages = {  # noqa: RUF012  Django's own type.
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "These are not the e-mail address and password of a staff account.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django takes the length of the account's id, which is what it keeps users by.
        self.fields["username"].widget.attrs["maxlength"] = LONGEST_ADDRESS

    def clean(self) -> dict[str, Any]:
        """Says it in the form if nobody can tell now whether the password is right."""
        try:
            return super().clean()
        except Refusal as refusal:
            raise ValidationError(f"Nobody can sign in at the moment. {refusal}") from refusal
