"""Human references without gap: B-2026-0142, P-2026-014."""

from django.db import models, transaction

from procurement import clock


class Counter(models.Model):
    """The last number given, per kind and year."""

    kind = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="one_counter_per_kind_and_year")]

    def __str__(self) -> str:
        return f"{self.kind}-{self.year}: {self.last}"


def next_reference(kind: str, *, digits: int) -> str:
    """The next `KIND-YEAR-NUMBER`. The counter stays locked until the caller's transaction ends: no number is lost."""
    with transaction.atomic():
        counter, _ = Counter.objects.select_for_update().get_or_create(kind=kind, year=clock.today().year)
        counter.last += 1
        counter.save(update_fields=["last"])
    return f"{kind}-{counter.year}-{counter.last:0{digits}d}"
