//! The numbered choices of an nvinfer file. Each has the number DeepStream gives it.

/// A numbered choice: the number in the file, what it means, how to read it.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant = $number),+ }

        impl $name {
            /// The numbers a file may hold.
            pub const NUMBERS: &'static [i64] = &[$($number),+];

            /// The choice with this number.
            pub const fn from_number(number: i64) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }

            /// The number in the file.
            pub const fn number(self) -> i64 {
                self as i64
            }
        }
    };
}

choice! {
    /// `network-type`: what the outputs mean.
    NetworkType {
        /// Boxes and classes.
        Detector = 0,
        /// Labels for a frame or an object.
        Classifier = 1,
        /// A class for each pixel.
        Segmentation = 2,
        /// Boxes, classes and a mask for each.
        InstanceSegmentation = 3,
        /// Outputs are not read here (tensor meta).
        Other = 100,
    }
}

choice! {
    /// `process-mode`: what the network looks at.
    ProcessMode {
        /// Whole frames.
        Primary = 1,
        /// Objects found upstream.
        Secondary = 2,
    }
}

choice! {
    /// `cluster-mode`: how boxes that mean one object become one.
    ClusterMode {
        /// OpenCV's group rectangles.
        GroupRectangles = 0,
        /// DBSCAN over box positions.
        Dbscan = 1,
        /// Non-maximum suppression.
        Nms = 2,
        /// DBSCAN picks, NMS removes.
        Hybrid = 3,
        /// Boxes are left as they are.
        None = 4,
    }
}

choice! {
    /// `network-mode`: precision of a built engine.
    NetworkMode {
        /// 32-bit float.
        Fp32 = 0,
        /// 8-bit integer.
        Int8 = 1,
        /// 16-bit float.
        Fp16 = 2,
        /// What is quickest.
        Best = 3,
    }
}

choice! {
    /// `model-color-format`: the channels the network wants.
    ColorFormat {
        /// Red, green, blue.
        Rgb = 0,
        /// Blue, green, red.
        Bgr = 1,
        /// One channel of luma.
        Gray = 2,
    }
}

choice! {
    /// `network-input-order`, `segmentation-output-order`, `uff-input-order`: how a tensor lies in memory.
    TensorOrder {
        /// Channel planes.
        Nchw = 0,
        /// Interleaved channels.
        Nhwc = 1,
        /// A vector (UFF only).
        Nc = 2,
    }
}

choice! {
    /// `scaling-filter`: `NvBufSurfTransform_Inter`.
    ScalingFilter {
        /// Nearest pixel.
        Nearest = 0,
        /// Two by two pixels.
        Bilinear = 1,
        /// Cubic on a GPU, 5 taps on VIC.
        Algo1 = 2,
        /// Super-sampling (area) on a GPU, 10 taps on VIC.
        Algo2 = 3,
        /// Lanczos on a GPU, "smart" on VIC.
        Algo3 = 4,
        /// "Nicest" on VIC.
        Algo4 = 5,
        /// Left to the backend.
        Default = 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip_and_others_are_refused() {
        for &number in NetworkType::NUMBERS {
            assert_eq!(NetworkType::from_number(number).map(NetworkType::number), Some(number));
        }
        assert_eq!(NetworkType::from_number(4), None);
        assert_eq!(ClusterMode::from_number(3), Some(ClusterMode::Hybrid));
        assert_eq!(NetworkMode::from_number(1), Some(NetworkMode::Int8));
        assert_eq!(ProcessMode::from_number(0), None);
    }
}
