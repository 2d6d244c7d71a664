"""SIREN and SIRET, with python-stdnum. Codes that do not follow a formula (CPV) are looked up, not checked here."""

from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siren as _siren
from stdnum.fr import siret as _siret


def is_siren(value: str) -> bool:
    """True for nine digits whose Luhn sum is right (000000000 is: fictitious bodies start with 000)."""
    return value.isascii() and value.isdigit() and _siren.is_valid(value)


def siren(value: str) -> None:
    """Refuse what is not a SIREN, in French."""
    if not is_siren(value):
        raise ValidationError(f"« {value} » n'est pas un SIREN : neuf chiffres, le dernier est une clé de contrôle.")


def siret(value: str) -> None:
    """Refuse what is not a SIRET, in French (La Poste's own SIRET break Luhn and are accepted by stdnum)."""
    try:
        if not (value.isascii() and value.isdigit()):
            raise StdnumError
        _siret.validate(value)
    except StdnumError:
        raise ValidationError(
            f"« {value} » n'est pas un SIRET : quatorze chiffres, les neuf premiers sont le SIREN."
        ) from None
