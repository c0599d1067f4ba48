"""Pairs of pictures split by person, so that nobody stands in two parts."""
from .dataset import Dataset


def by_people(name, source, images, targets, person, credit):
    """The Dataset of pairs; the last fifth of the people are tested, the tenth before them validates."""
    count = int(person.max()) + 1
    tested = person >= count - max(1, count // 5)
    validates = ~tested & (person >= count - max(1, count // 5) - max(1, count // 10))
    trained = ~tested & ~validates
    return Dataset(name, source, images[trained], person[trained], images[tested], person[tested], credit,
                   images[validates], person[validates], targets[trained], targets[tested], targets[validates])
