//! The colour space of every paper: sRGB, as an ICC profile of version 4. It is computed from the
//! published primaries, so there is no file of unknown origin to embed.

/// The size of the profile's header.
const HEADER: usize = 128;

/// The profile's bytes.
pub(super) fn srgb_profile() -> Vec<u8> {
    let curve = transfer_curve();
    let tags: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", text("sRGB")),
        (b"cprt", text("No copyright, use freely")),
        (b"wtpt", xyz(D50)),
        (b"chad", fixed_array(b"sf32", &ADAPTATION)),
        (b"rXYZ", xyz([0.436_07, 0.222_49, 0.013_92])),
        (b"gXYZ", xyz([0.385_15, 0.716_87, 0.097_08])),
        (b"bXYZ", xyz([0.143_07, 0.060_61, 0.714_10])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = HEADER + 4 + 12 * tags.len();
    for (signature, content) in &tags {
        table.extend_from_slice(*signature);
        table.extend(((start + data.len()) as u32).to_be_bytes());
        table.extend((content.len() as u32).to_be_bytes());
        data.extend_from_slice(content);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    [header(start + data.len()), table, data].concat()
}

/// The white of the connection space.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];
/// From the white of sRGB to that of the connection space, by the Bradford transform.
const ADAPTATION: [f64; 9] = [
    1.047_88, 0.022_92, -0.050_22, 0.029_59, 0.990_48, -0.017_07, -0.009_25, 0.015_08, 0.751_68,
];

fn header(size: usize) -> Vec<u8> {
    let mut header = (size as u32).to_be_bytes().to_vec();
    header.extend([0; 4]);
    header.extend([4, 0x20, 0, 0]);
    header.extend_from_slice(b"mntrRGB XYZ ");
    // The date of the profile: the first of January 2026.
    header.extend(
        [2026_u16, 1, 1, 0, 0, 0]
            .into_iter()
            .flat_map(u16::to_be_bytes),
    );
    header.extend_from_slice(b"acsp");
    header.extend([0; 28]);
    header.extend(D50.into_iter().flat_map(fixed));
    header.resize(HEADER, 0);
    header
}

/// A number with sixteen bits after the point.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

fn fixed_array(kind: &[u8; 4], values: &[f64]) -> Vec<u8> {
    let head = kind.iter().copied().chain([0; 4]);
    head.chain(values.iter().flat_map(|&value| fixed(value)))
        .collect()
}

fn xyz(values: [f64; 3]) -> Vec<u8> {
    fixed_array(b"XYZ ", &values)
}

/// The curve of sRGB: linear near black, a power of 2.4 above.
fn transfer_curve() -> Vec<u8> {
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    let parameters = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45];
    curve.extend(parameters.into_iter().flat_map(fixed));
    curve
}

/// A text in one language, American English, which every reader of profiles expects.
fn text(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut tag = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    tag.extend((units.len() as u32).to_be_bytes());
    tag.extend(28_u32.to_be_bytes());
    tag.extend(units);
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_knows_its_own_size_and_place() {
        let profile = srgb_profile();
        assert_eq!(profile[..4], (profile.len() as u32).to_be_bytes());
        assert_eq!(profile[36..40], *b"acsp");
        assert_eq!(
            profile[68..80],
            *[fixed(D50[0]), fixed(D50[1]), fixed(D50[2])].as_flattened()
        );
    }
}
