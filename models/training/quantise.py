"""INT8 variants: static quantisation to QDQ with calibration on rendered frames.

Weights per channel, activations per tensor, both symmetric signed INT8, which is
what TensorRT takes; ONNX Runtime and OpenVINO take it too. The last layers (box
distances, class scores) stay in floating point.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

onnxruntime.set_default_logger_severity(3)


class Reader(CalibrationDataReader):
    """Feeds batches of images (NumPy) to the calibration."""

    def __init__(self, name: str, batches):
        self.name, self.batches = name, iter(batches)

    def get_next(self):
        batch = next(self.batches, None)
        return None if batch is None else {self.name: batch}


def last_layers(path: Path) -> list[str]:
    """Names of the convolutions nearest to the outputs, and of all nodes after them."""
    graph = onnx.load(path).graph
    makers = {output: node for node in graph.node for output in node.output}
    names, queue = set(), [output.name for output in graph.output]
    while queue:
        node = makers.get(queue.pop())
        if node is None or node.name in names:
            continue
        names.add(node.name)
        if node.op_type not in ("Conv", "Gemm", "MatMul"):
            queue += list(node.input)
    return sorted(names)


def write(source: Path, target: Path, batches) -> None:
    """Quantise `source` to `target`; `batches` are input arrays to calibrate with."""
    with tempfile.TemporaryDirectory() as folder:
        clean = Path(folder) / "clean.onnx"
        quant_pre_process(str(source), str(clean), skip_symbolic_shape=True)
        name = onnx.load(clean).graph.input[0].name
        quantize_static(
            str(clean), str(target), Reader(name, batches),
            quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            nodes_to_exclude=last_layers(clean),
            extra_options={"ActivationSymmetric": True, "WeightSymmetric": True, "CalibMovingAverage": True},
        )  # fmt: skip
