"""An ONNX file as a model of MLServer, for the tests of the KServe v2 client."""

import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class OnnxModel(MLModel):
    async def load(self) -> bool:
        self.session = onnxruntime.InferenceSession(self.settings.parameters.uri, providers=["CPUExecutionProvider"])
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        feed = {tensor.name: NumpyCodec.decode_input(tensor) for tensor in payload.inputs}
        names = [output.name for output in self.session.get_outputs()]
        outputs = [NumpyCodec.encode_output(name, value) for name, value in zip(names, self.session.run(names, feed))]
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)
