"""The network of actors as it is known: who named whom, and who was silent."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Id = Hashable
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Node:
    """An organisation. `answered`: it was asked whom it works with, and said so; what it did not name is then no tie.

    Of a silent node (`answered` is false) the outgoing ties are unknown, whatever is known of some of them.
    """

    id: Id
    answered: bool = True
    circle: int | None = None
    commune: str | None = None
    axis: str | None = None


@dataclass(frozen=True)
class Tie:
    """`origin` named `target`."""

    origin: Id
    target: Id
    kind: str = "works_with"


@dataclass(frozen=True)
class Measure:
    """One number for each node; None where a silent node's answer would be needed.

    `base` nodes have a number, `excluded` have none for want of an answer.
    """

    values: Mapping[Id, float | None]
    base: int
    excluded: int


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, among `base` nodes; `excluded` nodes did not answer. No whole, no share."""

    part: int
    whole: int
    base: int
    excluded: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


class Network:
    """Nodes and directed ties, in an order of their own: the same network gives the same results however it is given.

    Raises ValueError for two nodes of one id, a tie to a node that is not there, or from a node to itself. A tie given
    twice counts once. Ties of several kinds between the same two count as one wherever the kind is not named.
    """

    def __init__(self, nodes: Iterable[Node], ties: Iterable[Tie]) -> None:
        self.nodes: Sequence[Node] = sorted(nodes, key=lambda node: order(node.id))
        self.place: dict[Id, int] = {node.id: at for at, node in enumerate(self.nodes)}
        if len(self.place) < len(self.nodes):
            raise ValueError("two nodes have the same id")
        self.ties: Collection[Tie] = set(ties)
        for tie in self.ties:
            if tie.origin not in self.place or tie.target not in self.place:
                raise ValueError(f"a tie joins a node that is not there: {tie.origin!r} → {tie.target!r}")
            if tie.origin == tie.target:
                raise ValueError(f"a node is tied to itself: {tie.origin!r}")

    def __len__(self) -> int:
        return len(self.nodes)

    def of_kinds(self, kinds: Collection[str]) -> "Network":
        """The same nodes with these ties only."""
        return Network(self.nodes, (tie for tie in self.ties if tie.kind in kinds))

    def groups(self, attribute: str) -> dict[Id, Hashable]:
        """Each node's circle, commune or axis."""
        return {node.id: getattr(node, attribute) for node in self.nodes}

    @cached_property
    def answered(self) -> Mask:
        return np.array([node.answered for node in self.nodes], dtype=bool)

    @cached_property
    def named(self) -> Any:
        """Row named column: a sparse square of ones."""
        pairs = {(self.place[tie.origin], self.place[tie.target]) for tie in self.ties}
        return square(sorted(pairs), len(self))

    @cached_property
    def either(self) -> Any:
        """One of the two named the other: the same as a symmetric square."""
        return mirrored(self.named)

    @cached_property
    def silent(self) -> int:
        """How many did not answer."""
        return int((~self.answered).sum())

    def measure(self, values: Sequence[float] | Floats, known: Mask | None = None) -> Measure:
        """Numbers in the nodes' order as a result; those of nodes not `known` (left out: of silent ones) are None."""
        if known is None:
            known = self.answered
        numbers = np.asarray(values).tolist()
        kept = {
            node.id: number if there else None
            for node, number, there in zip(self.nodes, numbers, known.tolist(), strict=True)
        }
        return Measure(kept, base=int(known.sum()), excluded=self.silent)

    def ids(self, chosen: Mask) -> tuple[Id, ...]:
        return tuple(self.nodes[at].id for at in np.flatnonzero(chosen).tolist())


def order(key: Id) -> tuple[str, str]:
    """A stable order for ids of any type."""
    return str(key), type(key).__name__


def none_last(circle: int | None) -> tuple[bool, int]:
    return circle is None, circle or 0


def square(pairs: Sequence[tuple[int, int]], size: int) -> Any:
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return csr_array((np.ones(len(pairs)), (rows, columns)), shape=(size, size))


def mirrored(matrix: Any) -> Any:
    """Ones wherever the square or its mirror image has one."""
    both = csr_array(matrix + matrix.T)
    both.data = np.minimum(both.data, 1)
    both.sort_indices()
    return both


def codes(values: Iterable[Hashable | None]) -> Ints:
    """A number for each distinct value, -1 for None, numbered in the values' own order."""
    listed = list(values)
    number = {value: at for at, value in enumerate(sorted({value for value in listed if value is not None}, key=order))}
    return np.array([-1 if value is None else number[value] for value in listed], dtype=np.int64)
