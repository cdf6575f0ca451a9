//! What DeepStream calls the joints of a pose, by its kind.

/// The 18 joints of a pose in the picture.
const IN_PICTURE: [&str; 18] = [
    "nose",
    "neck",
    "right-shoulder",
    "right-elbow",
    "right-hand",
    "left-shoulder",
    "left-elbow",
    "left-hand",
    "right-hip",
    "right-knee",
    "right-foot",
    "left-hip",
    "left-knee",
    "left-foot",
    "right-eye",
    "left-eye",
    "right-ear",
    "left-ear",
];

/// The 34 joints of a pose with a depth, and of one in space.
const WITH_DEPTH: [&str; 34] = [
    "pelvis",
    "left-hip",
    "right-hip",
    "torso",
    "left-knee",
    "right-knee",
    "neck",
    "left-ankle",
    "right-ankle",
    "left-big-toe",
    "right-big-toe",
    "left-small-toe",
    "right-small-toe",
    "left-heel",
    "right-heel",
    "nose",
    "left-eye",
    "right-eye",
    "left-ear",
    "right-ear",
    "left-shoulder",
    "right-shoulder",
    "left-elbow",
    "right-elbow",
    "left-wrist",
    "right-wrist",
    "left-pinky-knuckle",
    "right-pinky-knuckle",
    "left-middle-tip",
    "right-middle-tip",
    "left-index-knuckle",
    "right-index-knuckle",
    "left-thumb-tip",
    "right-thumb-tip",
];

/// The name of a kind of pose in minimal messages, and its joints; `None` for kinds that DeepStream does not know.
pub fn of_kind(kind: i32) -> Option<(&'static str, &'static [&'static str])> {
    Some(match kind {
        0 => ("pose2D", &IN_PICTURE),
        1 => ("pose25D", &WITH_DEPTH),
        2 => ("pose3D", &WITH_DEPTH),
        _ => return None,
    })
}
