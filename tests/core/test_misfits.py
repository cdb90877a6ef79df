"""Labels and placements that the model does not know are counted and named."""

from edgekit.doubt import Doubt, DoubtKind, united
from edgekit.misfits import misfits
from edgekit.spec import MHEALTH, SLEEP, WISDM


def texts(labelled_s: dict[str, float], *placements: str, spec=SLEEP) -> list[tuple[str, str]]:
    return [(doubt.kind, doubt.text) for doubt in misfits(spec, labelled_s, placements)]


def test_a_recording_of_the_models_own_labels_and_place_fits() -> None:
    assert texts({SLEEP.postures[0]: 600.0, SLEEP.postures[3]: 5.0}, "chest") == []
    assert texts({"walking": 60.0}, "Watch", spec=WISDM) == []


def test_a_recording_without_labels_at_an_unstated_place_fits() -> None:
    assert texts({}, "") == [] and texts({}, "unknown") == []


def test_none_of_the_labels_known_is_another_domain() -> None:
    ((kind, text),) = texts({"walking": 180.0, "eating chips": 180.0}, "watch")
    assert kind == "domain"
    assert "labelled walking or eating chips and worn at the watch; the model knows" in text


def test_some_labels_unknown_are_counted() -> None:
    ((kind, text),) = texts({SLEEP.postures[0]: 60.0, "reading": 120.0, "talking": 60.0}, "neck")
    assert kind == "labels" and "count for nothing: reading or talking, 3 min in all" in text


def test_a_label_that_never_occurs_is_no_misfit() -> None:
    assert texts({SLEEP.postures[0]: 60.0, "reading": 0.0}, "neck") == []


def test_another_place_is_named_with_those_learned() -> None:
    ((kind, text),) = texts({"walking": 60.0}, "waist", spec=MHEALTH)
    assert kind == "placement"
    assert text == "worn at the waist; the model learned the chest, left ankle or right lower arm"


def test_doubts_are_united_by_kind_the_gravest_first() -> None:
    date, unit = Doubt(DoubtKind.DATE, "in 1970"), Doubt(DoubtKind.UNIT, "9.81 g")
    again = Doubt(DoubtKind.UNIT, "9.80 g")
    assert united((date,), (unit,), (again,)) == (unit, date)
    assert [doubt.is_grave for doubt in (unit, date)] == [True, False]
