//! Numbers in the strings of minimal messages, as C++ streams write them.

/// Six significant digits, no zeros at the end, an exponent below 1e-4 and from 1e6 on: C's `%g`.
pub fn general(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() { "nan".into() } else { (if value > 0.0 { "inf" } else { "-inf" }).into() };
    }
    let scientific = format!("{value:.5e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    match exponent {
        -4..6 => strip(&format!("{value:.*}", (5 - exponent) as usize)).to_owned(),
        _ => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{}e{sign}{:02}", strip(mantissa), exponent.unsigned_abs())
        }
    }
}

/// Six digits behind the point: C's `%f`.
pub fn fixed(value: f32) -> String {
    format!("{value:.6}")
}

fn strip(digits: &str) -> &str {
    match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_from_a_cpp_stream() {
        // What `std::cout << value` prints.
        for (value, text) in [
            (0.0, "0"),
            (1834.0, "1834"),
            (0.8f32 as f64, "0.8"),
            (150.25, "150.25"),
            (1234.5678, "1234.57"),
            (99999.97, "100000"),
            (999999.5, "1e+06"),
            (1234567.0, "1.23457e+06"),
            (0.0001, "0.0001"),
            (0.00001234, "1.234e-05"),
            (-0.1, "-0.1"),
            (1e100, "1e+100"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(general(value), text);
        }
        assert_eq!((fixed(0.5), fixed(-2.0)), ("0.500000".into(), "-2.000000".into()));
    }
}
