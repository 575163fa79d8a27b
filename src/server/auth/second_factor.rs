//! Codes from an authenticator (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds, one step either way) and
//! recovery codes. Each opens once.

use super::sealing::Sealer;
use super::sessions::digest;
use crate::components::layout::SERVICE;
use crate::domain::identifiers::PersonId;
use crate::server::store::{Db, Tx, second_factors};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Builder, Secret, Totp};

/// How many recovery codes come with a second factor.
const RECOVERY_CODES: usize = 10;

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no random bytes: {e}"))?;
    Ok(bytes)
}

/// A fresh secret: 160 random bits in base 32.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn new_secret() -> Result<String> {
    Ok(Secret::from(random::<20>()?).to_base32())
}

fn totp(secret: &str) -> Result<Totp> {
    let secret = Secret::try_from_base32(secret).map_err(|e| anyhow::anyhow!("{e}"))?;
    Builder::new()
        .with_secret(secret)
        .build()
        .map_err(|e| anyhow::anyhow!("{e}"))
}

/// The time step whose code this is, if it is one of now, the one before or the one after.
///
/// # Errors
/// When the secret is malformed.
pub fn step(secret: &str, code: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let now = u64::try_from(now.timestamp()).context("a time before 1970")?;
    let step = totp(secret)?.check(&code, now);
    Ok(step.map(i64::try_from).transpose()?)
}

/// The code of that secret at a time: what an authenticator shows.
///
/// # Errors
/// When the secret is malformed.
pub fn code(secret: &str, at: DateTime<Utc>) -> Result<String> {
    let at = u64::try_from(at.timestamp()).context("a time before 1970")?;
    Ok(totp(secret)?.generate(at).to_string())
}

/// The secret in groups of four, for typing.
#[must_use]
pub fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|g| g.iter().collect()).collect();
    groups.join(" ")
}

/// The picture that an authenticator reads, as SVG.
///
/// # Errors
/// When the address is too long for a picture.
pub fn picture(secret: &str, email: &str) -> Result<String> {
    let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let (issuer, account) = (escape(SERVICE), escape(email));
    let address = format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}");
    let code = qrcode::QrCode::new(address.as_bytes())?;
    let svg = code
        .render::<qrcode::render::svg::Color<'_>>()
        .module_dimensions(4, 4)
        .build();
    // Inside a page there is no XML declaration.
    let start = svg.find("<svg").unwrap_or(0);
    Ok(svg[start..].to_owned())
}

/// Fresh recovery codes: 112 random bits each (OWASP ASVS 5.0, 6.5.2: no slow hash is needed), in groups for reading.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn new_recovery_codes() -> Result<Vec<String>> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let text = Secret::from(random::<14>()?.to_vec())
                .to_base32()
                .to_lowercase();
            Ok(in_groups(&text).replace(' ', "-"))
        })
        .collect()
}

/// What is stored of a recovery code. 112 random bits need no slow hash.
#[must_use]
pub fn recovery_digest(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    digest(&plain)
}

/// Accepts a code or a recovery code and uses it up. False when it is wrong or was used.
///
/// # Errors
/// When the database fails, or the stored secret cannot be read with the key.
pub async fn accept(
    (db, sealer): (&Db, &Sealer),
    tx: &mut Tx,
    person: &PersonId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(factor) = second_factors::find(db, person)
        .await?
        .filter(|f| f.confirmed)
    else {
        return Ok(false);
    };
    let secret = sealer.open(&factor.secret, person.as_str())?;
    if let Some(step) = step(&secret, code, now)? {
        return Ok(second_factors::use_step(tx, person, step).await?);
    }
    Ok(second_factors::use_recovery(tx, person, &recovery_digest(code), now).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // The RFC's SHA-1 vectors, last six digits.
        let secret = Secret::from(b"12345678901234567890".to_vec()).to_base32();
        for (at, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let at = DateTime::from_timestamp(at, 0).unwrap();
            assert_eq!(code(&secret, at).unwrap(), expected);
            assert_eq!(
                step(&secret, expected, at).unwrap(),
                Some(at.timestamp() / 30)
            );
        }
        let at = DateTime::from_timestamp(59, 0).unwrap();
        for wrong in ["287083", "", "28708", "2870822", "a87082", "２８７０８２"] {
            assert_eq!(step(&secret, wrong, at).unwrap(), None, "{wrong}");
        }
        assert!(step(&secret, "287 082", at).unwrap().is_some());
        let late = DateTime::from_timestamp(59 + 90, 0).unwrap();
        assert_eq!(step(&secret, "287082", late).unwrap(), None);
    }

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        let codes = new_recovery_codes().unwrap();
        assert_eq!(codes.len(), RECOVERY_CODES);
        let code = &codes[0];
        assert_eq!(code.len(), 28, "{code}");
        assert_eq!(
            recovery_digest(code),
            recovery_digest(&code.to_uppercase().replace('-', " "))
        );
        assert_ne!(recovery_digest(code), recovery_digest(&codes[1]));
        assert!(
            picture(&new_secret().unwrap(), "a@b.uk")
                .unwrap()
                .starts_with("<svg")
        );
    }
}
