//! Links that people type: which may be followed.

/// Longest link, in characters.
pub const LONGEST: usize = 2_000;

/// Whether a text is a link that may be followed: http or https, with a host, without a name and
/// password in it, and without anything that could end an attribute.
///
/// # Errors
/// What is wrong with it, for the field.
pub fn check(text: &str) -> Result<(), &'static str> {
    if text.chars().count() > LONGEST {
        return Err("A link can have up to 2,000 characters");
    }
    let lower = text.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"))
        .ok_or("The link must begin with https:// or http://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let sound = !host.is_empty()
        && !host.contains('@')
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "\"<>\\".contains(c));
    if sound {
        Ok(())
    } else {
        Err("Give the whole link, without spaces, for example https://example.org/policy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_http_or_https_and_short() {
        for good in [
            "https://a.example.org/x",
            "HTTP://b.example.org",
            "https://c.example/?q=a/b#c",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        let long = format!("https://example.org/{}", "x".repeat(2_000));
        for bad in [
            "javascript:alert(1)",
            "ftp://example.org",
            "example.org",
            "https://",
            "https:///x",
            "https://bank.example@evil.example/",
            "//example.org",
            "https://example.org/\u{7}",
            "https://example.org/a b",
            "https://example.org/\"onclick=",
            "data:text/html,x",
            &long,
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
