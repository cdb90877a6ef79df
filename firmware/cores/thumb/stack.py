"""Bound the stack of an image by reading its own instructions.

Each function's frame is followed through all its branches, each call to the function it reaches.
Interrupt handlers are added, every one once: each may interrupt any other, none itself. Recursion,
and a frame of a size that only the run knows, have no bound and are refused.
"""

from dataclasses import dataclass, field
from pathlib import Path

from edgekit.errors import EdgekitError

from ..architecture import Depth, Stack
from .code import Code, Function, load_code
from .instructions import Flow, Instruction

# Bytes that the core pushes on an interrupt: 8 words, with 18 of the float unit's, and a word
# that aligns them.
EXCEPTION_BYTES = 36
EXCEPTION_FLOAT_BYTES = 108
# Stack of a function outside of the image, in a chip's boot ROM: assumed, not read.
OUTSIDE_BYTES = 256
MOST_VECTORS = 16 + 480
NO_DEPTH = Depth(0, ())
SWITCH_HELPER = "__gnu_thumb1_case"  # gcc's, which jumps by the table behind its call


def worst_stack(elf: Path, vectors: int) -> Stack:
    """Return the largest stack of an image whose vector table is at the address `vectors`.

    Raises EdgekitError for recursion, for an array of variable size, and without a vector table.
    """
    code = load_code(elf)
    reset, handlers = _handlers(code, vectors)
    walk = _Walk(code, _reached_by_pointer(code, vectors))
    main = walk.depth(reset).depth
    of_handlers = [walk.depth(handler).depth for handler in handlers]
    pushed = EXCEPTION_FLOAT_BYTES if walk.floats else EXCEPTION_BYTES
    return Stack(
        code.word(vectors),
        main,
        tuple(
            Depth(depth.bytes + pushed, (("interrupt", pushed), *depth.path))
            for depth in of_handlers
        ),
        tuple(sorted(walk.pointers)),
        OUTSIDE_BYTES,
    )


def _handlers(code: Code, vectors: int) -> tuple[Function, list[Function]]:
    """Return the reset handler and the distinct others of a vector table."""
    handlers: list[Function] = []
    for number in range(1, MOST_VECTORS):
        word = code.word(vectors + 4 * number)
        function = code.functions.get(word - 1) if word & 1 else None
        if function is None and word:
            break
        if function is not None and function not in handlers:
            handlers.append(function)
        if number == 1 and function is None:
            break
    if not handlers:
        raise EdgekitError(f"the image has no vector table at {vectors:#x}")
    return handlers[0], handlers[1:]


def _reached_by_pointer(code: Code, vectors: int) -> list[Function]:
    """Return the functions whose address is in data or is built by code, the vectors apart."""
    table = range(vectors, vectors + 4 * MOST_VECTORS)
    reached = {
        start
        for start, places in code.pointed_at().items()
        if any(at not in table or code.function_at(at) is not None for at in places)
    }
    for function in code.functions.values():
        low: dict[int, int] = {}
        for _, instruction in code.instructions(function):
            if instruction.half is None:
                continue
            register, half, upper = instruction.half
            if upper:
                reached.add((half << 16 | low.get(register, 0)) - 1)
            else:
                low[register] = half
    return [code.functions[start] for start in sorted(reached) if start in code.functions]


@dataclass
class _Need:
    """The stack that a function needs, and whether it returns."""

    depth: Depth
    returns: bool


@dataclass
class _Frame:
    """The state of one function's walk."""

    seen: dict[int, int] = field(default_factory=dict)  # address -> deepest so far
    saved_sp: dict[int, int] = field(default_factory=dict)  # register -> depth that it points at
    todo: list[tuple[int, int]] = field(default_factory=list)
    deepest: int = 0  # of the function's own
    below: Depth = NO_DEPTH  # the deepest with a called function
    at_below: int = 0
    returns: bool = False
    switched_at: int | None = None  # depth at a jump table


class _Walk:
    """A walk through every call of an image; each function is followed once."""

    def __init__(self, code: Code, pointed_at: list[Function]) -> None:
        self.code = code
        self.pointed_at = pointed_at
        self.pointers: set[str] = set()
        self.floats = False
        self._known: dict[int, _Need] = {}
        self._under_way: list[Function] = []

    def depth(self, function: Function) -> _Need:
        if function.start in self._known:
            return self._known[function.start]
        if function in self._under_way:
            circle = [*self._under_way[self._under_way.index(function) :], function]
            raise EdgekitError(
                "the stack has no bound: "
                + " calls ".join(each.name for each in circle)
                + " (recursion). Write it as a loop."
            )
        self._under_way.append(function)
        frame = _Frame(todo=[(function.start, 0)])
        while self._next(function, frame):
            at, depth = frame.todo.pop()
            self._follow(function, frame, at, depth)
        self._under_way.pop()
        own = (function.name, frame.deepest)
        best = Depth(frame.deepest, (own,))
        if frame.at_below + frame.below.bytes > best.bytes:
            path = ((function.name, frame.at_below), *frame.below.path)
            best = Depth(frame.at_below + frame.below.bytes, path)
        need = _Need(best, frame.returns)
        self._known[function.start] = need
        return need

    def _next(self, function: Function, frame: _Frame) -> bool:
        """Whether an instruction is left to follow; those behind a jump table alone come last."""
        if not frame.todo and frame.switched_at is not None:
            for at, _ in self.code.instructions(function):
                if at not in frame.seen:
                    frame.todo.append((at, frame.switched_at))
                    break
        return bool(frame.todo)

    def _follow(self, function: Function, frame: _Frame, at: int, depth: int) -> None:
        """Follow instructions from `at` until control ends, or was here with as deep a stack."""
        conditional = 0
        while True:
            if frame.seen.get(at, -1) >= depth:
                return
            frame.seen[at] = depth
            if depth > 1 << 20:
                raise EdgekitError(f"the stack has no bound: {function.name} grows it in a loop")
            instruction = self.code.instruction(at)
            self.floats |= instruction.floats
            after = self._depth_after(function, frame, at, instruction, depth)
            frame.deepest = max(frame.deepest, after, depth)
            skips = conditional > 0
            conditional = instruction.it_block or max(0, conditional - 1)
            goes_on = self._go(function, frame, at, instruction, depth, after)
            if skips:  # it may not be executed
                after = max(after, depth)
            at += instruction.size
            if not (goes_on or skips):
                return
            if at >= function.end or not self.code.is_instruction(at):
                self._ran_out(frame, instruction, depth)
                return
            depth = after

    def _ran_out(self, frame: _Frame, last: Instruction, depth: int) -> None:
        """Handle data after a call: the table of SWITCH_HELPER, or a call that does not return."""
        if last.flow is Flow.CALL:
            called = self.code.function_at(last.target)
            if called is not None and called.name.startswith(SWITCH_HELPER):
                frame.switched_at = max(frame.switched_at or 0, depth)

    def _go(
        self,
        function: Function,
        frame: _Frame,
        at: int,
        instruction: Instruction,
        depth: int,
        after: int,
    ) -> bool:
        """Follow a branch or a call; return whether the next instruction may be executed."""
        flow = instruction.flow
        if flow in (Flow.BRANCH, Flow.BRANCH_IF):
            if function.start < instruction.target < function.end or (
                instruction.target == function.start and depth > 0
            ):
                frame.todo.append((instruction.target, after))
            elif instruction.target == function.start:
                pass  # a loop over the whole function
            else:
                frame.returns |= self._call(function, frame, instruction.target, depth)
            return flow is Flow.BRANCH_IF
        if flow is Flow.CALL:
            return self._call(function, frame, instruction.target, depth)
        if flow is Flow.CALL_POINTER:
            self._call_pointer(function, frame, at, instruction, depth)
            return True
        if flow is Flow.JUMP_POINTER:
            frame.returns = True
            if not self.code.popped(function, at, instruction.register):
                self._call_pointer(function, frame, at, instruction, depth)
            return False
        if flow is Flow.SWITCH:
            frame.switched_at = max(frame.switched_at or 0, after)
            return False
        frame.returns |= flow is Flow.RETURN
        return flow is Flow.NEXT

    def _call(self, function: Function, frame: _Frame, target: int, depth: int) -> bool:
        """Add the called function's need; return whether it returns."""
        called = self.code.function_at(target)
        if called is None:
            self.pointers.add(function.name)
            self._below(frame, Depth(OUTSIDE_BYTES, (("outside the image", OUTSIDE_BYTES),)), depth)
            return True
        need = self.depth(called)
        self._below(frame, need.depth, depth)
        return need.returns

    def _call_pointer(
        self, function: Function, frame: _Frame, at: int, instruction: Instruction, depth: int
    ) -> None:
        """Add the need of the function whose address is loaded just before, else the worst of all.

        Functions under way are left out of the worst: recursion through a pointer is not seen.
        """
        known = self.code.loaded(function, at, instruction.register)
        if known is not None and self.code.function_at(known & ~1) is not None:
            self._call(function, frame, known & ~1, depth)
            return
        self.pointers.add(function.name)
        self._below(frame, Depth(OUTSIDE_BYTES, (("through a pointer", OUTSIDE_BYTES),)), depth)
        for called in self.pointed_at:
            if called not in self._under_way:
                self._below(frame, self.depth(called).depth, depth)

    def _below(self, frame: _Frame, called: Depth, depth: int) -> None:
        if depth + called.bytes > frame.at_below + frame.below.bytes:
            frame.at_below, frame.below = depth, called

    def _depth_after(
        self, function: Function, frame: _Frame, at: int, instruction: Instruction, depth: int
    ) -> int:
        if instruction.from_sp is not None:
            register, added = instruction.from_sp
            frame.saved_sp[register] = max(frame.saved_sp.get(register, 0), depth - added)
        if instruction.sp_from is not None:
            register, added = instruction.sp_from
            if register in frame.saved_sp:
                return frame.saved_sp[register] - added
            if function in self._under_way[:1]:  # the reset handler sets its first stack
                return depth
        elif instruction.adds_register:
            value = self.code.loaded(function, at, instruction.register)
            if value is not None:
                return depth - (value - (1 << 32) if value >> 31 else value)
        elif not instruction.spoils_sp:
            return max(0, depth + instruction.grows)
        raise EdgekitError(
            f"the stack has no bound: {function.name} makes room at {at:#x} by a number that only "
            "the run knows. Give its arrays a constant size."
        )
