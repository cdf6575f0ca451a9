//! C enums as plain integers.
//!
//! A value C code passes may be any number, so ABI structs hold integers and no Rust enums. Each C enum is a type alias
//! with constants, and a table from which the headers of `include/` and the tests take names and values.

/// Name of a C enum and its values in declaration order.
pub type CEnum = (&'static str, &'static [(&'static str, i64)]);

/// Declares C enums: `Name: u32 { VALUE = 0, }`. Their table is `ENUMS`.
macro_rules! c_enums {
    ($($(#[$doc:meta])* $name:ident: $type:ty { $($value:ident = $number:expr,)* })*) => {
        $(
            $(#[$doc])*
            #[allow(non_camel_case_types)]
            pub type $name = $type;
            $(pub const $value: $name = $number;)*
        )*

        /// All enums of this file.
        pub const ENUMS: &[$crate::base::c_enum::CEnum] =
            &[$((stringify!($name), &[$((stringify!($value), $number as i64)),*])),*];
    };
}

pub(crate) use c_enums;
