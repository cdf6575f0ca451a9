//! Places of libstdc++ containers (x86_64, new string ABI). Only their size and alignment are known here.

/// `std::vector<T>`: three pointers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CxxVector(pub [usize; 3]);

/// `std::string` of the new ABI: pointer, length, 16 bytes of inline text.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CxxString(pub [usize; 4]);

/// `std::unordered_map<K, V>`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CxxUnorderedMap(pub [usize; 7]);
