"""The chart of a night on the dashboard: its states in lanes, as in the report."""

from typing import Any

from edgekit.night.night import Decisions
from edgekit.night.reader import Night
from edgekit.spec import Spec
from edgekit.text import minutes_text

from ....report.palette import class_colours
from ....report.states import chart_rows, class_codes, class_states, lane_state_names
from ....report.summary import Summary, summarise
from ....report.therapy import TherapyOutcome, attempts_text, therapy_outcome
from ....report.time_axis import TimeAxis
from ....report.timeline import blocks


def chart_of(night: Night, decisions: Decisions) -> dict[str, Any]:
    """Return what the page draws of a night; times are per cent of its width."""
    spec = night.spec
    summary = summarise(decisions, spec)
    outcome = therapy_outcome(night.alarms())
    axis = TimeAxis(summary.span.start_s, summary.span.end_s, night.utc_offsets)
    states = class_states(spec)
    code = class_codes(decisions, spec)
    rows = chart_rows(spec, code)
    return {
        "name": night.path.stem,
        "day": f"{axis.local(axis.begin_s):%A, %-d %B %Y}",
        "interval": axis.interval(axis.begin_s, axis.end_s),
        "lanes": rows,
        "colours": [{"light": each.light, "dark": each.dark} for each in class_colours(spec)],
        "blocks": [
            {
                "lane": rows.index(states[block.code].row),
                "code": block.code if block.code < len(spec.postures) else states[block.code].css,
                "x": round(axis.percent(block.begin_s), 3),
                "width": round(axis.percent(block.end_s) - axis.percent(block.begin_s), 3),
                "title": f"{states[block.code].name}, {axis.interval(block.begin_s, block.end_s)}",
            }
            for block in blocks(decisions.start_s, code, spec.hop_s, axis)
        ],
        "alarms": _alarms(outcome, axis) if outcome else None,
        "gaps": [
            [round(axis.percent(gap.start_s), 3), round(axis.percent(gap.end_s), 3)]
            for gap in summary.gaps
        ],
        "ticks": [[round(tick.percent, 3), tick.text, tick.minor] for tick in axis.ticks()],
        "facts": _facts(spec, summary, outcome),
    }


def _alarms(outcome: TherapyOutcome, axis: TimeAxis) -> list[dict[str, Any]]:
    """Return each attempt, from its first alarm until the wearer left the posture."""
    drawn = []
    for each in outcome.attempts:
        answer = "not left" if each.response_s is None else f"left after {each.response_s:.0f} s"
        begin = axis.percent(each.start_s)
        drawn.append(
            {
                "x": round(begin, 3),
                "width": round(axis.percent(each.start_s + (each.response_s or 0.0)) - begin, 3),
                "is_answered": each.response_s is not None,
                "title": f"{'held back' if outcome.is_baseline else 'alarm'} "
                f"{axis.clock(each.start_s)}, up to level {each.level}, {answer}",
            }
        )
    return drawn


def _facts(spec: Spec, summary: Summary, outcome: TherapyOutcome | None) -> list[list[str]]:
    facts = [["Worn", minutes_text(summary.worn_min)], ["Changes", str(summary.changes)]]
    if summary.supine:
        supine = summary.supine
        facts.insert(1, ["Supine", f"{supine.percent:.0f} %, {minutes_text(supine.minutes)}"])
    if summary.longest:
        name = lane_state_names(spec)[summary.longest.code]
        longest = f"{name}, {minutes_text(summary.longest.duration_s / 60)}"
        facts.append(["Longest bout", longest])
    if outcome:
        name = "Alarms held back" if outcome.is_baseline else "Alarms"
        came = attempts_text(len(outcome.attempts), outcome.answered)
        if outcome.median_response_s is not None:
            came += f", {outcome.median_response_s:.0f} s in the median"
        facts.append([name, came])
    return facts
