"""From a trained network to the ONNX file that ships, checked against PyTorch."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

OPSET = 17


def write(task, model, path: Path) -> dict:
    """Write `task.ship(model)` to `path` with a dynamic batch; returns the largest difference
    of each output between PyTorch and ONNX Runtime on a batch of two."""
    shipped = task.ship(model).float().cpu().eval().to(memory_format=torch.contiguous_format)
    width, height = task.size
    torch.manual_seed(0)
    example = torch.rand(2, task.channels, height, width)
    if task.name == "ssd_detector":
        example *= 255
    axes = {name: {0: "batch"} for name in (task.input_name, *task.output_names)}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = shipped(example)
        torch.onnx.export(
            shipped, (example,), str(path), dynamo=False, opset_version=OPSET,
            input_names=[task.input_name], output_names=list(task.output_names), dynamic_axes=axes,
        )  # fmt: skip
    expected = expected if isinstance(expected, tuple) else (expected,)
    tidy(path)
    session = open_session(path)
    answers = session.run(None, {task.input_name: example.numpy()})
    single = session.run(None, {task.input_name: example[:1].numpy()})
    assert single[0].shape[0] == 1
    return {
        name: float(np.abs(a - e.numpy()).max()) for name, a, e in zip(task.output_names, answers, expected)
    }


def tidy(path: Path) -> None:
    """Check the file, and state the fixed sizes that shape inference finds."""
    model = onnx.load(path)
    model.producer_name, model.producer_version = "ds-apps models/training", ""
    model = onnx.shape_inference.infer_shapes(model)
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, path)


def open_session(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """An ONNX Runtime session on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])


def runner(session):
    """`run(images tensor) -> outputs`, for `score`."""
    name = session.get_inputs()[0].name
    return lambda images: session.run(None, {name: images.float().cpu().numpy()})
