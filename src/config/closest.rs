//! The known name a misspelt one is most likely meant to be.

/// The name of `known` that looks most like `name`, if one looks alike enough to be worth a hint.
pub fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    const LONGEST: usize = 80;
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_ascii_lowercase().replace('_', "-");
    let likeness = |other: &str| strsim::jaro_winkler(&name, &other.to_ascii_lowercase().replace('_', "-"));
    let best = known.into_iter().map(|other| (likeness(other), other)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= ALIKE).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_case_and_underscores_are_forgiven() {
        let known = ["batch-size", "onnx-file", "interval"];
        assert_eq!(closest("batchsize", known), Some("batch-size"));
        assert_eq!(closest("ONNX_FILE", known), Some("onnx-file"));
        assert_eq!(closest("colour", known), None);
        assert_eq!(closest("x", []), None);
    }
}
