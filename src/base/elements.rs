//! Values of a tensor in one of the types that networks take.

/// What a tensor's values are: `NvDsDataType` and `tensor-data-type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TensorType {
    /// 0: 32-bit float.
    #[default]
    Fp32 = 0,
    /// 1: unsigned 8-bit integer.
    Uint8 = 1,
    /// 2: signed 8-bit integer.
    Int8 = 2,
    /// 3: unsigned 32-bit integer.
    Uint32 = 3,
    /// 4: signed 32-bit integer.
    Int32 = 4,
    /// 5: signed 64-bit integer.
    Int64 = 5,
    /// 6: unsigned 64-bit integer.
    Uint64 = 6,
    /// 7: 16-bit float.
    Fp16 = 7,
}

impl TensorType {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 8] =
        [Self::Fp32, Self::Uint8, Self::Int8, Self::Uint32, Self::Int32, Self::Int64, Self::Uint64, Self::Fp16];

    /// The type with this number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == number)
    }

    /// Bytes of one value.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Uint8 | Self::Int8 => 1,
            Self::Fp16 => 2,
            Self::Fp32 | Self::Uint32 | Self::Int32 => 4,
            Self::Int64 | Self::Uint64 => 8,
        }
    }
}

/// The values.
#[derive(Debug, Clone, PartialEq)]
pub enum Elements {
    /// 32-bit floats.
    Fp32(Vec<f32>),
    /// Unsigned 8-bit integers.
    Uint8(Vec<u8>),
    /// Signed 8-bit integers.
    Int8(Vec<i8>),
    /// Unsigned 32-bit integers.
    Uint32(Vec<u32>),
    /// Signed 32-bit integers.
    Int32(Vec<i32>),
    /// Signed 64-bit integers.
    Int64(Vec<i64>),
    /// Unsigned 64-bit integers.
    Uint64(Vec<u64>),
    /// The bits of 16-bit floats.
    Fp16(Vec<u16>),
}

impl Elements {
    /// No values yet.
    pub fn new(kind: TensorType) -> Self {
        Self::from_bytes(kind, &[])
    }

    /// What they are.
    pub fn kind(&self) -> TensorType {
        match self {
            Self::Fp32(_) => TensorType::Fp32,
            Self::Uint8(_) => TensorType::Uint8,
            Self::Int8(_) => TensorType::Int8,
            Self::Uint32(_) => TensorType::Uint32,
            Self::Int32(_) => TensorType::Int32,
            Self::Int64(_) => TensorType::Int64,
            Self::Uint64(_) => TensorType::Uint64,
            Self::Fp16(_) => TensorType::Fp16,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Fp32(values) => values.len(),
            Self::Uint8(values) => values.len(),
            Self::Int8(values) => values.len(),
            Self::Uint32(values) => values.len(),
            Self::Int32(values) => values.len(),
            Self::Int64(values) => values.len(),
            Self::Uint64(values) => values.len(),
            Self::Fp16(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where they lie.
    pub fn address(&self) -> *const u8 {
        match self {
            Self::Fp32(values) => values.as_ptr().cast(),
            Self::Uint8(values) => values.as_ptr(),
            Self::Int8(values) => values.as_ptr().cast(),
            Self::Uint32(values) => values.as_ptr().cast(),
            Self::Int32(values) => values.as_ptr().cast(),
            Self::Int64(values) => values.as_ptr().cast(),
            Self::Uint64(values) => values.as_ptr().cast(),
            Self::Fp16(values) => values.as_ptr().cast(),
        }
    }

    /// Makes them `len`, with zeros at the end where there were fewer.
    pub fn resize(&mut self, len: usize) {
        match self {
            Self::Fp32(values) => values.resize(len, 0.0),
            Self::Uint8(values) => values.resize(len, 0),
            Self::Int8(values) => values.resize(len, 0),
            Self::Uint32(values) => values.resize(len, 0),
            Self::Int32(values) => values.resize(len, 0),
            Self::Int64(values) => values.resize(len, 0),
            Self::Uint64(values) => values.resize(len, 0),
            Self::Fp16(values) => values.resize(len, 0),
        }
    }

    /// Values from their bytes in this machine's order; bytes at the end that make no value are left out.
    pub fn from_bytes(kind: TensorType, bytes: &[u8]) -> Self {
        macro_rules! read {
            ($variant:ident, $type:ty) => {
                Self::$variant(bytes.as_chunks().0.iter().map(|chunk| <$type>::from_ne_bytes(*chunk)).collect())
            };
        }
        match kind {
            TensorType::Fp32 => read!(Fp32, f32),
            TensorType::Uint8 => Self::Uint8(bytes.to_vec()),
            TensorType::Int8 => read!(Int8, i8),
            TensorType::Uint32 => read!(Uint32, u32),
            TensorType::Int32 => read!(Int32, i32),
            TensorType::Int64 => read!(Int64, i64),
            TensorType::Uint64 => read!(Uint64, u64),
            TensorType::Fp16 => read!(Fp16, u16),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_values_of_every_type() {
        let bytes: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|value| value.to_ne_bytes()).collect();
        assert_eq!(Elements::from_bytes(TensorType::Fp32, &bytes[..7]), Elements::Fp32(vec![1.5]));
        for kind in TensorType::ALL {
            let values = Elements::from_bytes(kind, &[0; 16]);
            assert_eq!((values.kind(), values.len()), (kind, 16 / kind.bytes()));
            assert_eq!(TensorType::from_number(kind as i64), Some(kind));
        }
        assert!(TensorType::from_number(8).is_none());
    }
}
