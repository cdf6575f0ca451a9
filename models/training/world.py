"""Names and rules of the sample world that every network here shares.

Knows nothing of PyTorch or of files. The order of classes is that of the label
files that ship with the models.
"""

DETECTOR_CLASSES = ("vehicle", "two_wheeler", "person", "road_sign")
PEOPLE_CLASSES = ("person", "bag", "face")
MASK_CLASSES = ("vehicle", "two_wheeler", "person")
SCENE_CLASSES = ("road", "vehicle", "person", "other")
PART_CLASSES = ("good", "defect")
VEHICLE_TYPES = ("car", "suv", "van", "truck", "bus")
VEHICLE_COLOURS = ("white", "black", "grey", "red", "blue", "green", "yellow")

# Labels as the label files spell them: upstream's order, readable on a screen.
LABELS = {
    "vehicle": "Vehicle",
    "two_wheeler": "TwoWheeler",
    "person": "Person",
    "road_sign": "RoadSign",
}

# Seeds: shipped streams use 1..9, validation 500..599, training 1000 and up.
FIRST_TRAINING_SEED = 1000
VALIDATION_SEEDS = range(500, 600)

# An object is learnt when enough of it can be seen; one that is not is an ignore
# region: finding it is neither right nor wrong. Pixels are those of a 1280x720 frame.
MAX_OCCLUSION = 0.7
MAX_TRUNCATION = 0.8
MIN_VISIBLE_HEIGHT = 12.0
MIN_VISIBLE_WIDTH = 5.0
REFERENCE_HEIGHT = 720.0

# Scores are given for objects of at least these visible heights; the headline number
# is that of 25 pixels, the limit of KITTI's "moderate" objects.
SCORE_HEIGHTS = (12, 20, 25, 40)
HEADLINE_HEIGHT = 25

# Attributes are asked of vehicles that a secondary classifier would be given.
ATTRIBUTE_MAX_OCCLUSION = 0.5
ATTRIBUTE_MIN_SIZE = 32.0


def counts(height: float, width: float, occlusion: float, truncation: float, frame_height: float) -> bool:
    """True when an object with this visible box (pixels of a frame that is
    `frame_height` tall) is one a detector has to find."""
    scale = REFERENCE_HEIGHT / frame_height
    return (
        occlusion <= MAX_OCCLUSION
        and truncation <= MAX_TRUNCATION
        and height * scale >= MIN_VISIBLE_HEIGHT
        and width * scale >= MIN_VISIBLE_WIDTH
    )
