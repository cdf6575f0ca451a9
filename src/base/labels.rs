//! Label files: one class a line; for classifiers with several heads, `;` between the labels of a head.

/// The labels of a detector: line `n` names class `n`. Blank lines at the end and a byte order mark are dropped.
pub fn lines(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut labels: Vec<String> = text.lines().map(|line| line.trim().to_owned()).collect();
    while labels.last().is_some_and(String::is_empty) {
        labels.pop();
    }
    labels
}

/// The labels of a classifier: one head a line, its labels separated by `;`.
pub fn heads(text: &str) -> Vec<Vec<String>> {
    lines(text).into_iter().map(|line| line.split(';').map(|label| label.trim().to_owned()).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crlf_bom_and_trailing_blank_lines_are_dropped() {
        assert_eq!(lines("\u{feff}car\r\n person \r\n\r\n"), ["car", "person"]);
        assert!(lines("").is_empty());
    }

    #[test]
    fn heads_are_split_at_semicolons() {
        assert_eq!(heads("red; blue\nbus;car\n"), [["red", "blue"], ["bus", "car"]]);
    }
}
