"""Pictures to video files: H.264, H.265 and VP9 through PyAV, and the raw byte stream of an H.264 file."""

import queue
import threading
from fractions import Fraction

import av
from av.bitstream import BitStreamFilterContext

BT709 = "colorprim=bt709:transfer=bt709:colormatrix=bt709"
CODECS = {
    "h264": ("libx264", {"preset": "slow", "profile": "high", "bf": "3", "g": "60", "x264-params": BT709}),
    "h265": ("libx265", {"preset": "medium", "g": "60", "x265-params": BT709 + ":log-level=error", "tag": "hvc1"}),
    "vp9": ("libvpx-vp9", {"deadline": "good", "cpu-used": "3", "row-mt": "1", "b": "0", "g": "60"}),
}


class Writer:
    """Encodes RGB pictures one after another; frame n of the file is the n-th picture."""

    def __init__(self, path, codec, size, rate, quality):
        """quality: the encoder's constant rate factor."""
        name, options = CODECS[codec]
        options = dict(options)
        self.container = av.open(str(path), "w", options={"movflags": "faststart"} if path.suffix == ".mp4" else {})
        self.stream = self.container.add_stream(name, rate=rate)
        self.stream.width, self.stream.height = size
        self.stream.pix_fmt = "yuv420p"
        self.stream.time_base = Fraction(1, rate)
        self.stream.codec_context.options = {key: value for key, value in options.items() if key != "tag"} | {"crf": str(quality)}
        if "tag" in options:
            self.stream.codec_context.codec_tag = options["tag"]
        self.count, self.step = 0, Fraction(1, rate)
        self.waiting = queue.Queue(12)
        self.worker = threading.Thread(target=self._work, daemon=True)
        self.worker.start()

    def _work(self):
        while (image := self.waiting.get()) is not None:
            self._encode(image)

    def add(self, image):
        """Hand over the next picture; encoding goes on beside the caller."""
        if not self.worker.is_alive():
            raise RuntimeError("the encoder has stopped")
        self.waiting.put(image)

    def _encode(self, image):
        frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuv420p", dst_colorspace="ITU709")
        frame.pts, frame.time_base = self.count, self.step
        self.count += 1
        self.container.mux(self.stream.encode(frame))

    def close(self):
        self.waiting.put(None)
        self.worker.join()
        self.container.mux(self.stream.encode())
        self.container.close()


def byte_stream(source, target):
    """Write the raw Annex B byte stream of an MP4's H.264 video."""
    with av.open(str(source)) as container, open(target, "wb") as out:
        stream = container.streams.video[0]
        unpack = BitStreamFilterContext("h264_mp4toannexb", stream)
        for packet in container.demux(stream):
            for part in unpack.filter(packet if packet.size else None):
                out.write(bytes(part))
