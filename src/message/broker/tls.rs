//! What to do about TLS that fails, out of what the library says.

/// The text, on one line and in short, with what to do where that is known. `ca` is the setting that names the authority.
pub fn advised(text: &str, ca: &str) -> String {
    let lower = text.to_lowercase();
    let mismatch = ["hostname mismatch", "ip address mismatch"].iter().any(|words| lower.contains(words));
    if mismatch {
        return "TLS: the broker's certificate is not for this host name; give conn-str the name it was made for"
            .into();
    }
    let unverified = lower.contains("certificate verify failed") || lower.contains("certificate could not be verified");
    if unverified {
        let why = reason(text).unwrap_or("its authority is not known here");
        return format!(
            "TLS: the broker's certificate is not trusted: {why}; name its authority's certificate by {ca}"
        );
    }
    if lower.contains("wrong version number")
        || lower.contains("packet length too long")
        || lower.contains("plaintext broker")
    {
        return "TLS: the broker does not speak TLS on this port".into();
    }
    text.to_owned()
}

/// OpenSSL's own words for it, which stand in brackets at the end.
fn reason(text: &str) -> Option<&str> {
    let (_, words) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    // librdkafka's own advice stands there too.
    (!words.is_empty()
        && !words.starts_with("install")
        && words.chars().all(|c| c.is_alphanumeric() || " -'".contains(c)))
    .then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_become_short_ones_with_advice() {
        let failed = |why: &str| {
            let text = format!("IO error: error:0A:SSL routines:certificate verify failed:../a.c:1889: ({why})");
            advised(&text, "tls-cafile")
        };
        assert_eq!(
            failed("self-signed certificate in certificate chain"),
            "TLS: the broker's certificate is not trusted: self-signed certificate in certificate chain; name its \
             authority's certificate by tls-cafile"
        );
        assert!(failed("hostname mismatch").contains("is not for this host name"));
        assert!(advised("error:0A00010B:SSL routines::wrong version number", "x").contains("does not speak TLS"));
        assert_eq!(advised("Connection refused (os error 111)", "x"), "Connection refused (os error 111)");
    }
}
