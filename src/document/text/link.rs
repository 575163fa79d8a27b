//! Bare addresses: a text that is nothing but a web or e-mail address can be followed.

/// The longest address that is followed.
const LONGEST: usize = 1_000;

/// Where `text` leads if all of it is one web or e-mail address; only `http`, `https` and `mailto`
/// are ever answered. Addresses that name a user before the host are not followed, for they are
/// made to be misread.
#[must_use]
pub fn target(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST || !text.bytes().all(may_stand_in_address) {
        return None;
    }
    if is_web_address(text) {
        return Some(text.to_owned());
    }
    is_mail_address(text).then(|| format!("mailto:{text}"))
}

/// Whether RFC 3986 lets `byte` stand in an address as it is.
fn may_stand_in_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.split(':').next().unwrap_or_default();
        !authority.contains('@') && is_host(host)
    })
}

fn is_mail_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$&'*+-_~".contains(&byte);
        !user.is_empty() && user.bytes().all(allowed) && is_host(host)
    })
}

/// Whether `host` is two names at least, parted by dots.
fn is_host(host: &str) -> bool {
    let name = |name: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !name.is_empty() && name.bytes().all(inner)
    };
    host.contains('.') && host.split('.').all(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_addresses_are_followed() {
        for web in [
            "https://www.gov.uk/a?b=c#d",
            "http://example.org",
            "https://example.org:8080/x",
        ] {
            assert_eq!(target(web).as_deref(), Some(web));
        }
        let mail = target(" duty.desk+1@example.org ");
        assert_eq!(mail.as_deref(), Some("mailto:duty.desk+1@example.org"));
    }

    #[test]
    fn nothing_else_is() {
        for text in [
            "",
            "see https://example.org",
            "javascript:alert(1)",
            "https://bank.example@evil.example/",
            "https://",
            "https://localhost/",
            "https://example.org/\"onclick",
            "a@b",
            "@example.org",
            "a@b@example.org",
            "https://exämple.org",
        ] {
            assert_eq!(target(text), None, "{text}");
        }
    }
}
