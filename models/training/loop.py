"""The one training loop: AdamW, warm-up and cosine decay, averaged weights, bf16.

Knows nothing of what is learnt; a task gives it a function from step to loss.
"""

import copy
import math
import random
import time

import numpy as np
import torch


def seed_everything(seed: int) -> None:
    """Fix the random numbers of Python, NumPy and PyTorch."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def parameter_groups(model, decay: float):
    """Weight decay on kernels only, not on biases and normalisation."""
    kernels = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    return [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def mixed(device):
    """The context in which networks run: bf16 on a GPU; augmentation and losses stay in float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda")


def forward(model, images):
    """Outputs of the model, `mixed`."""
    with mixed(images.device):
        return model(images.contiguous(memory_format=torch.channels_last))


class Average:
    """Exponential moving average of a model's weights and statistics."""

    def __init__(self, model, decay=0.999):
        self.model = copy.deepcopy(model).eval()
        self.decay = decay
        for parameter in self.model.parameters():
            parameter.requires_grad_(False)

    @torch.no_grad()
    def update(self, model, step: int) -> None:
        """Follow `model`; faster in the first steps."""
        decay = min(self.decay, (1 + step) / (10 + step))
        mine, theirs = self.model.state_dict(), model.state_dict()
        floats = [k for k, v in mine.items() if v.dtype.is_floating_point]
        torch._foreach_mul_([mine[k] for k in floats], decay)
        torch._foreach_add_([mine[k] for k in floats], [theirs[k].to(mine[k].dtype) for k in floats], alpha=1 - decay)
        for key in mine.keys() - set(floats):
            mine[key].copy_(theirs[key])


def train(name, model, step_loss, steps, minutes, rate=2e-3, decay=0.05, average=0.999, report=print):
    """Minimise `step_loss(model, step) -> (loss, parts)` for `steps` steps, or for
    `minutes` if they are over first (the rate then falls with time, so that the end
    of the schedule is always reached). Returns the averaged model, in evaluation mode.
    """
    device = next(model.parameters()).device
    model.to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.AdamW(parameter_groups(model, decay), lr=rate, betas=(0.9, 0.99), fused=device.type == "cuda")
    averaged = Average(model, average)
    start = time.monotonic()
    recent = {}
    for step in range(steps):
        progress = max(step / steps, (time.monotonic() - start) / (60 * minutes))
        if progress >= 1:
            break
        warm = min(1.0, (step + 1) / 300)
        for group in optimiser.param_groups:
            group["lr"] = rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))
        loss, parts = step_loss(model, step)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimiser.step()
        averaged.update(model, step)
        if step % 250 == 0:
            parts = {"loss": loss.detach(), **parts}
            recent = {key: round(float(value), 4) for key, value in parts.items()}
            report(f"{name} step {step} {time.monotonic() - start:.0f}s {recent}", flush=True)
    report(f"{name} done at step {step} {time.monotonic() - start:.0f}s {recent}", flush=True)
    return averaged.model
