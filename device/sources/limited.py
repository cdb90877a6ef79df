"""A source that ends after a while, however much more it would give."""

from collections.abc import Iterator
from dataclasses import replace

from .source import Chunk, Source


class Limited:
    """The first `seconds` of a source, from `begin_s` on, or from its first sample if None."""

    def __init__(self, source: Source, seconds: float, begin_s: float | None = None) -> None:
        """`begin_s`: UTC, of a night that is resumed."""
        self._source, self._seconds, self._begin_s = source, seconds, begin_s
        self.about = source.about
        if self.about.duration_s is not None:
            self.about = replace(self.about, duration_s=min(self.about.duration_s, seconds))

    def chunks(self) -> Iterator[Chunk]:
        begin_s = self._begin_s
        for chunk in self._source.chunks():
            if begin_s is None and len(chunk):
                begin_s = chunk.start_s
            if begin_s is None or chunk.end_s < begin_s + self._seconds:
                yield chunk
                continue
            left = max(0, round((begin_s + self._seconds - chunk.start_s) * chunk.rate_hz))
            label = None if chunk.label is None else chunk.label[:left]
            yield replace(chunk, xyz_g=chunk.xyz_g[:left], label=label)
            return
