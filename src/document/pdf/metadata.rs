//! What the file says of itself: title, language, date, and the standards it keeps. The date is
//! the paper's own.

use super::colour::srgb_profile;
use super::string::text_string;
use crate::document::PaperError;
use crate::document::tree::Document;
use crate::document::typeset::Scene;
use crate::document::xml::{escape, parts, w3c_date};
use chrono::{DateTime, Utc};
use lopdf::{Object, Stream, dictionary};

const PRODUCER: &str = "printpdf";
const COLOURS: &str = "sRGB IEC61966-2.1";

/// The part of PDF/A that a file keeps.
#[derive(Clone, Copy)]
pub(super) enum Archive {
    /// No other file inside.
    Two = 2,
    /// May hold other files of any kind.
    Three = 3,
}

/// Adds the metadata, the colour space and the viewer's preferences.
pub(super) fn add(
    file: &mut lopdf::Document,
    scene: &Scene,
    document: &Document,
    archive: Archive,
) -> Result<(), PaperError> {
    let date = document.date;
    let identifier = crate::document::identifier(document);
    let xmp = xmp(
        &scene.title,
        &document.language,
        identifier.as_deref(),
        date,
        archive,
    )
    .into_bytes();
    // Left uncompressed, so that archives can read it without understanding PDF.
    let entries = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let metadata = file.add_object(Stream::new(entries, xmp).with_compression(false));
    let profile = file.add_object(Stream::new(dictionary! { "N" => 3 }, srgb_profile()));
    let intent = dictionary! {
        "Type" => "OutputIntent", "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal(COLOURS),
        "Info" => Object::string_literal(COLOURS), "DestOutputProfile" => profile,
    };
    let catalogue = file.catalog_mut()?;
    catalogue.set("Metadata", metadata);
    catalogue.set("OutputIntents", vec![Object::Dictionary(intent)]);
    catalogue.set(
        "ViewerPreferences",
        dictionary! { "DisplayDocTitle" => true },
    );
    let stamp = || Object::string_literal(pdf_date(date));
    let about = dictionary! {
        "Title" => text_string(&scene.title), "CreationDate" => stamp(), "ModDate" => stamp(),
        "Producer" => Object::string_literal(PRODUCER),
    };
    let info = file.trailer.get(b"Info")?.as_reference()?;
    file.objects.insert(info, Object::Dictionary(about));
    Ok(())
}

/// A date as PDF writes it.
pub(super) fn pdf_date(date: DateTime<Utc>) -> String {
    let (year, [month, day, hour, minute, second]) = parts(date);
    format!("D:{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}+00'00'")
}

/// The XMP packet. PDF/A wants the schema of PDF/UA's identifier spelled out, for it is newer.
fn xmp(
    title: &str,
    language: &str,
    identifier: Option<&str>,
    date: DateTime<Utc>,
    archive: Archive,
) -> String {
    let (title, language, date) = (escape(title), escape(language), w3c_date(date));
    let identifier = identifier.map_or_else(String::new, |identifier| {
        format!("<dc:identifier>{}</dc:identifier>\n", escape(identifier))
    });
    format!(
        r##"<?xpacket begin="{mark}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
{identifier}<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>
<pdf:Producer>{PRODUCER}</pdf:Producer>
<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"##,
        mark = '\u{feff}',
        part = archive as u8,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_cannot_break_out_of_the_metadata() {
        let xmp = xmp(
            "</rdf:li> & \u{ffff}",
            "en-GB",
            Some("</dc:identifier>"),
            DateTime::UNIX_EPOCH,
            Archive::Two,
        );
        assert!(xmp.contains("&lt;/rdf:li&gt; &amp; \u{fffd}"));
        assert!(xmp.contains("<dc:identifier>&lt;/dc:identifier&gt;</dc:identifier>"));
    }

    #[test]
    fn both_forms_of_a_date_say_the_same() {
        let date = DateTime::from_timestamp(1_772_445_600, 0).expect("a date");
        assert_eq!(pdf_date(date), "D:20260302100000+00'00'");
        assert_eq!(w3c_date(date), "2026-03-02T10:00:00+00:00");
        assert_eq!(pdf_date(DateTime::<Utc>::MAX_UTC)[..6], *"D:9999");
    }
}
