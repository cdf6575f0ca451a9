"""Which items go into a batch: uniform, balanced over classes, or many views of few identities."""

import torch


class Uniform:
    """Random items; a `share` of them from the `extra` items at the end (another source).

    With `classes [N, M]` (below 0 = none) given, half of the rest are items that show a class
    drawn evenly, so that rare classes are seen often.
    """

    def __init__(self, count, batch, generator, extra=0, share=0.0, classes=None):
        self.count, self.batch, self.generator = count - extra, batch, generator
        self.extra, self.borrowed = extra, int(round(batch * share)) if extra else 0
        self.showing = []
        if classes is not None:
            kinds = range(int(classes.max()) + 1)
            showing = [(classes[: self.count] == kind).any(1).nonzero()[:, 0] for kind in kinds]
            self.showing = [items for items in showing if len(items)]

    def draw(self, count, number):
        """`number` random integers below `count`."""
        return torch.randint(count, (number,), device=self.generator.device, generator=self.generator)

    def __call__(self):
        index = self.draw(self.count, self.batch)
        each = self.batch // 2 // max(1, len(self.showing))
        for slot, items in enumerate(self.showing):
            start = self.borrowed + slot * each
            index[start : start + each] = items[self.draw(len(items), each)]
        if self.borrowed:
            index[: self.borrowed] = self.count + self.draw(self.extra, self.borrowed)
        return index


class Balanced:
    """Every value of `labels` equally often; items with a negative label never."""

    def __init__(self, labels: torch.Tensor, batch: int, generator):
        self.items = [(labels == v).nonzero()[:, 0] for v in labels.unique().tolist() if v >= 0]
        self.batch, self.generator = batch, generator

    def __call__(self):
        parts = []
        for items in self.items:
            pick = torch.randint(len(items), (self.batch // len(self.items),), device=items.device, generator=self.generator)
            parts.append(items[pick])
        return torch.cat(parts)


class Identities:
    """`views` items of each identity; identities come from few videos at a time, so that a batch
    holds the look-alikes that a tracker has to tell apart."""

    def __init__(self, identities, seeds, batch, generator, views=4, videos=12):
        self.views, self.videos, self.generator = views, videos, generator
        self.total = batch // views
        self.per_video = -(-self.total // videos)
        order = torch.argsort(identities, stable=True)
        values, counts = torch.unique_consecutive(identities[order], return_counts=True)
        starts = torch.cumsum(counts, 0) - counts
        good = counts >= 2
        self.order, self.starts, self.counts = order, starts[good], counts[good]
        owner = seeds[order[self.starts]]
        self.groups = [(owner == s).nonzero()[:, 0] for s in owner.unique().tolist()]
        self.groups = [g for g in self.groups if len(g) >= 4]

    def __call__(self):
        device, parts, count = self.order.device, [], 0
        while count < self.total:
            video = int(torch.randint(len(self.groups), (1,), device=device, generator=self.generator))
            group = self.groups[video]
            parts.append(group[torch.randperm(len(group), device=device, generator=self.generator)[: self.per_video]])
            count += len(parts[-1])
        # Always the same size, so that the convolutions' tuning is done once.
        chosen = torch.cat(parts)[: self.total]
        pick = torch.rand(len(chosen), self.views, device=device, generator=self.generator)
        pick = (pick * self.counts[chosen][:, None]).long()
        return self.order[self.starts[chosen][:, None] + pick].flatten()
