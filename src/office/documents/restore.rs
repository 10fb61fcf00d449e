//! Makes a document what it was, by ordinary edits: nothing of its history is undone or lost.

use yrs::types::text::YChange;
use yrs::{
    Doc, Out, Text as _, Transact as _, TransactionMut, Xml as _, XmlElementPrelim, XmlElementRef,
    XmlFragment, XmlOut, XmlTextPrelim, XmlTextRef,
};

use super::error::DocumentError;

/// The root that holds the content of a Kontor document (TipTap's default name).
pub const ROOT: &str = "default";

/// Edits `doc` until its content is that of `target`; returns the edits as one update, or `None`
/// when there is nothing to do. What both have alike at the beginning and the end stays untouched,
/// with the cursors in it.
///
/// # Errors
/// `DocumentError::Damaged` when the target holds something that a document cannot.
pub fn restore(doc: &Doc, target: &Doc) -> Result<Option<Vec<u8>>, DocumentError> {
    let (root, wanted_root) = (doc.get_or_insert_xml_fragment(ROOT), target.get_or_insert_xml_fragment(ROOT));
    let wanted_txn = target.transact();
    let wanted: Vec<XmlOut> = wanted_root.children(&wanted_txn).collect();
    let wanted_text: Vec<String> = wanted.iter().map(|node| describe(node, &wanted_txn)).collect();
    let mut txn = doc.transact_mut();
    let present: Vec<String> = root.children(&txn).map(|node| describe(&node, &txn)).collect();

    let alike = |pair: &(&String, &String)| pair.0 == pair.1;
    let head = present.iter().zip(&wanted_text).take_while(alike).count();
    let room = present.len().min(wanted_text.len()) - head;
    let tail = present.iter().rev().zip(wanted_text.iter().rev()).take(room).take_while(alike).count();
    if head + tail == present.len() && head + tail == wanted.len() {
        return Ok(None);
    }
    let removed = (present.len() - head - tail) as u32;
    if removed > 0 {
        root.remove_range(&mut txn, head as u32, removed);
    }
    for (index, node) in wanted.iter().enumerate().take(wanted.len() - tail).skip(head) {
        copy(&root, index as u32, node, &mut txn, &wanted_txn)?;
    }
    Ok(Some(txn.encode_update_v1()))
}

/// A text that tells nodes of different content apart.
fn describe<T: yrs::ReadTxn>(node: &XmlOut, txn: &T) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    match node {
        XmlOut::Element(element) => {
            let mut attributes: Vec<_> =
                element.attributes(txn).map(|(key, value)| (key, value.to_string(txn))).collect();
            attributes.sort();
            let _ = write!(text, "<{} {attributes:?}>", element.tag());
            element.children(txn).for_each(|child| text.push_str(&describe(&child, txn)));
            text.push('/');
        }
        XmlOut::Text(part) => {
            for chunk in part.diff(txn, YChange::identity) {
                let mut marks: Vec<_> = chunk.attributes.iter().flat_map(|marks| marks.iter()).collect();
                marks.sort_by_key(|(key, _)| (*key).clone());
                let _ = write!(text, "{:?}{marks:?}", chunk.insert.to_string(txn));
            }
        }
        XmlOut::Fragment(_) => {}
    }
    text
}

fn copy<F: XmlFragment>(
    parent: &F,
    index: u32,
    node: &XmlOut,
    txn: &mut TransactionMut<'_>,
    source: &impl yrs::ReadTxn,
) -> Result<(), DocumentError> {
    match node {
        XmlOut::Element(element) => {
            let made = parent.insert(txn, index, XmlElementPrelim::empty(element.tag().clone()));
            copy_element(&made, element, txn, source)
        }
        XmlOut::Text(text) => {
            let made = parent.insert(txn, index, XmlTextPrelim::new(""));
            copy_text(&made, text, txn, source)
        }
        XmlOut::Fragment(_) => Err(DocumentError::Damaged("version")),
    }
}

fn copy_element(
    made: &XmlElementRef,
    element: &XmlElementRef,
    txn: &mut TransactionMut<'_>,
    source: &impl yrs::ReadTxn,
) -> Result<(), DocumentError> {
    for (key, value) in element.attributes(source) {
        if let Out::Any(value) = value {
            made.insert_attribute(txn, key, value);
        }
    }
    for (index, child) in element.children(source).enumerate() {
        copy(made, index as u32, &child, txn, source)?;
    }
    Ok(())
}

fn copy_text(
    made: &XmlTextRef,
    text: &XmlTextRef,
    txn: &mut TransactionMut<'_>,
    source: &impl yrs::ReadTxn,
) -> Result<(), DocumentError> {
    for chunk in text.diff(source, YChange::identity) {
        let end = made.len(txn);
        let marks = chunk.attributes.map(|marks| *marks).unwrap_or_default();
        match chunk.insert {
            Out::Any(yrs::Any::String(part)) => made.insert_with_attributes(txn, end, &part, marks),
            Out::Any(embed) => {
                made.insert_embed_with_attributes(txn, end, embed, marks);
            }
            _ => return Err(DocumentError::Damaged("version")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::content::{State, Stored, apply, new_doc};
    use super::*;
    use yrs::types::Attrs;
    use yrs::{Any, GetString as _};

    fn paragraph(doc: &Doc, index: u32, text: &str) {
        let root = doc.get_or_insert_xml_fragment(ROOT);
        let mut txn = doc.transact_mut();
        let heading = root.insert(&mut txn, index, XmlElementPrelim::empty("heading"));
        heading.insert_attribute(&mut txn, "level", Any::from(2));
        let content = heading.insert(&mut txn, 0, XmlTextPrelim::new(""));
        let bold = Attrs::from([("bold".into(), Any::from(true))]);
        content.insert_with_attributes(&mut txn, 0, text, bold);
    }

    fn xml(doc: &Doc) -> String {
        let root = doc.get_or_insert_xml_fragment(ROOT);
        root.get_string(&doc.transact())
    }

    fn fork(doc: &Doc) -> Doc {
        Stored { state: State::of(doc), tail: Vec::new() }.build().unwrap()
    }

    #[test]
    fn a_restore_is_an_edit_that_everyone_can_apply() {
        let doc = new_doc();
        for (index, text) in ["one", "two 🎈", "three"].iter().enumerate() {
            paragraph(&doc, index as u32, text);
        }
        let version = fork(&doc);
        let before = xml(&version);
        doc.get_or_insert_xml_fragment(ROOT).remove_range(&mut doc.transact_mut(), 1, 2);
        paragraph(&doc, 0, "new");
        let reader = fork(&doc);
        let update = restore(&doc, &version).unwrap().unwrap();
        apply(&reader, &update).unwrap();
        assert_eq!(xml(&doc), before);
        assert_eq!(xml(&reader), before);
    }

    #[test]
    fn restoring_what_is_there_changes_nothing() {
        let doc = new_doc();
        paragraph(&doc, 0, "same");
        assert_eq!(restore(&doc, &fork(&doc)).unwrap(), None);
    }

    #[test]
    fn what_is_alike_stays_untouched() {
        let doc = new_doc();
        paragraph(&doc, 0, &"long".repeat(1000));
        paragraph(&doc, 1, "old");
        let version = fork(&doc);
        doc.get_or_insert_xml_fragment(ROOT).remove_range(&mut doc.transact_mut(), 1, 1);
        assert!(restore(&doc, &version).unwrap().unwrap().len() < 200);
    }
}
