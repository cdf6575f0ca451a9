#!/usr/bin/env python3
"""Makes the small models in tests/data/models, whose outputs follow from their inputs by hand.

    python3 -m venv .venv && .venv/bin/pip install onnx==1.23.2 && .venv/bin/python tests/data/make_models.py
"""

from pathlib import Path

import onnx
from onnx import TensorProto as T
from onnx import helper as h

OUT = Path(__file__).parent / "models"


def info(name, shape, kind=T.FLOAT):
    return h.make_tensor_value_info(name, kind, shape)


def floats(name, shape, values):
    return h.make_tensor(name, T.FLOAT, shape, values)


def save(name, nodes, inputs, outputs, initialisers=(), ir=8):
    graph = h.make_graph(nodes, name, inputs, outputs, list(initialisers))
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], ir_version=ir)
    (OUT / f"{name}.onnx").write_bytes(model.SerializeToString())


def means(image, result, axes):
    """The mean of each channel."""
    return h.make_node("ReduceMean", [image], [result], axes=axes, keepdims=0)


def main():
    OUT.mkdir(exist_ok=True)
    # The mean of each channel, in the ways a model may want its image.
    save("means", [means("images", "means", [2, 3])], [info("images", [1, 3, 4, 6])], [info("means", [1, 3])])
    save("means_dynamic", [means("images", "means", [2, 3])], [info("images", ["N", 3, 4, 6])], [info("means", ["N", 3])])
    save("means_any_size", [means("images", "means", [2, 3])], [info("images", ["N", 3, "H", "W"])], [info("means", ["N", 3])])
    save("means_batch2", [means("images", "means", [2, 3])], [info("images", [2, 3, 4, 6])], [info("means", [2, 3])])
    save("means_nhwc", [means("inputs:0", "Identity:0", [1, 2])], [info("inputs:0", [1, 4, 6, 3])], [info("Identity:0", [1, 3])])
    save("means_half", [means("images", "means", [2, 3])], [info("images", [1, 3, 4, 6], T.FLOAT16)], [info("means", [1, 3], T.FLOAT16)])
    cast = [h.make_node("Cast", ["images"], ["wide"], to=T.FLOAT), means("wide", "mean", [2, 3]), h.make_node("Cast", ["mean"], ["means"], to=T.INT64)]
    save("means_bytes", cast, [info("images", [1, 3, 4, 6], T.UINT8)], [info("means", [1, 3], T.INT64)])

    # Weights listed among the inputs, as old exporters do.
    scaled = [means("images", "plain", [2, 3]), h.make_node("Mul", ["plain", "factor"], ["means"])]
    factor = floats("factor", [1], [2.0])
    save("weights_as_inputs", scaled, [info("images", [1, 3, 4, 6]), info("factor", [1])], [info("means", [1, 3])], [factor], ir=4)

    # What cannot be used.
    save("rank3", [means("images", "means", [1, 2])], [info("images", [3, 4, 6])], [info("means", [3])])
    save("two_images", [h.make_node("Add", ["a", "b"], ["sum"])], [info("a", [1, 3, 4, 6]), info("b", [1, 3, 4, 6])], [info("sum", [1, 3, 4, 6])])
    save("no_outputs", [], [info("images", [1, 3, 4, 6])], [])
    (OUT / "not_a_model.onnx").write_text("this is no model\n")

    # DetectNet_v2 with one class on a 64x64 image in cells of 16: coverage is the mean of red in the cell (0..1), every
    # box is its cell (distances from half a pixel behind the cell's first one, in units of 35 pixels).
    near, far = 0.5 / 35.0, 15.5 / 35.0
    nodes = [
        h.make_node("Conv", ["images", "red"], ["output_cov/Sigmoid"], strides=[16, 16]),
        h.make_node("Conv", ["images", "nothing", "sides"], ["output_bbox/BiasAdd"], strides=[16, 16]),
    ]
    red = [1.0 / 65280.0] * 256 + [0.0] * 512
    weights = [
        floats("red", [1, 3, 16, 16], red),
        floats("nothing", [4, 3, 16, 16], [0.0] * 3072),
        floats("sides", [4], [near, near, far, far]),
    ]
    outputs = [info("output_bbox/BiasAdd", ["N", 4, 4, 4]), info("output_cov/Sigmoid", ["N", 1, 4, 4])]
    save("detectnet", nodes, [info("images", ["N", 3, 64, 64])], outputs, weights)


if __name__ == "__main__":
    main()
