//! One day of a channel: a JSON list of messages becomes posts.

use uuid::Uuid;

use super::super::archive::Archive;
use super::super::emoji;
use super::super::list::{self, Broken};
use super::super::names::{Names, link};
use super::super::post::{Attached, Post, id_of};
use super::blocks;
use super::json::{FileOf, Message, Moment, Reaction};
use super::text::markdown;

/// Bytes of a text that are read; Slack's own limit is 40 000 characters.
const TEXT: usize = 300_000;
/// Reactions of one person and emoji that one message keeps.
const REACTIONS: usize = 5_000;

/// What a day held.
#[derive(Debug, Default)]
pub struct Day {
    pub posts: Vec<Post>,
    pub skipped: Vec<&'static str>,
    pub broken: Vec<Broken>,
}

/// Subtypes that say what happened to the channel, which its history says without them.
const NOTES: [&str; 27] = [
    "bot_add",
    "bot_disable",
    "bot_enable",
    "bot_remove",
    "channel_archive",
    "channel_canvas_updated",
    "channel_convert_to_private",
    "channel_convert_to_public",
    "channel_join",
    "channel_leave",
    "channel_name",
    "channel_posting_permissions",
    "channel_purpose",
    "channel_topic",
    "channel_unarchive",
    "group_archive",
    "group_join",
    "group_leave",
    "group_name",
    "group_purpose",
    "group_topic",
    "group_unarchive",
    "joiner_notification",
    "pinned_item",
    "tabbed_canvas_updated",
    "unpinned_item",
    "workflow_access_request",
];

/// Reads a day; `channel` is the channel's id. Posts are in the order of time.
#[must_use]
pub fn read(bytes: &[u8], channel: &str, names: &Names, archive: Option<&Archive>) -> Day {
    let mut day = Day::default();
    let Day { posts, skipped, .. } = &mut day;
    let broken =
        list::each(bytes, |message: Message| match post(message, channel, names, archive, skipped) {
            Ok(post) => posts.extend(post.cut()),
            Err(reason) => skipped.push(reason),
        });
    day.broken = broken;
    day.posts.sort_by_key(|post| post.at);
    day
}

/// The id of a message: what it is called in Slack, where ids of channels are unique.
fn command(channel: &str, ts: Moment) -> Uuid {
    id_of(&["slack", channel, &ts.0.to_string()])
}

fn post(
    message: Message,
    channel: &str,
    names: &Names,
    archive: Option<&Archive>,
    skipped: &mut Vec<&'static str>,
) -> Result<Post, &'static str> {
    let subtype = message.subtype.as_deref().unwrap_or_default();
    let ts = message.ts.ok_or("messages without a time")?;
    let root = message.thread_ts.filter(|root| *root != ts);
    let has_thread = message.thread_ts == Some(ts) || message.reply_count.is_some_and(|count| count > 0.0);
    let is_note = NOTES.contains(&subtype);
    match subtype {
        _ if is_note && !has_thread => return Err("notes such as channel_join"),
        // The second appearance of a reply that was also sent to the channel, in old exports.
        "reply_broadcast" => return Err("second appearances of replies"),
        "message_changed" | "message_deleted" | "message_replied" => return Err("records of changes"),
        "tombstone" if !has_thread => return Err("deleted messages"),
        _ => {}
    }
    if message.hidden == Some(true) && !has_thread {
        return Err("hidden messages");
    }
    let deleted = subtype == "tombstone";
    let mut post = Post { command: command(channel, ts), at: ts.at(), deleted, ..Post::default() };
    post.root = root.map(|root| (command(channel, root), root.at()));
    post.has_thread = has_thread;
    set_author(&mut post, &message, names);
    post.edited_at = message.edited.and_then(|edited| edited.ts).map(Moment::at);
    post.pinned = message.pinned_to.is_some_and(|rooms| !rooms.is_empty());
    if deleted {
        return Ok(post);
    }
    let mut text = text(&message.text, message.blocks.as_deref(), names);
    if subtype == "me_message" || is_note {
        text = format!("_{}_", text.trim());
    }
    if let Some(said) = message.attachments.as_deref().map(|raw| blocks::of_attachments(raw, names)) {
        add_line(&mut text, &said);
    }
    for file in message.files.into_iter().flatten().chain(message.file) {
        take_file(file, archive, &mut post, &mut text, skipped);
    }
    post.set_text(&text);
    react(&mut post, message.reactions.unwrap_or_default(), names, skipped);
    if post.text.trim().is_empty() && post.files.is_empty() && !has_thread {
        return Err("empty messages");
    }
    Ok(post)
}

fn set_author(post: &mut Post, message: &Message, names: &Names) {
    // Who speaks for a bot is the bot, not the one who installed it.
    let is_bot = message.subtype.as_deref() == Some("bot_message");
    let known = message.user.as_deref().filter(|_| !is_bot);
    post.author = known.and_then(|user| names.account(user));
    if post.author.is_some() {
        return;
    }
    let profile = |profile: &Option<super::json::Profile>| {
        let profile = profile.as_ref()?;
        let named = [&profile.display_name, &profile.real_name, &profile.name];
        named.into_iter().flatten().find(|name| !name.is_empty()).cloned()
    };
    let listed = message.user.as_deref().and_then(|user| names.people.get(user)).map(|one| one.name.clone());
    let name = message.username.clone().filter(|name| !name.is_empty());
    let name = name.or_else(|| profile(&message.bot_profile)).or(listed);
    let name = name.or_else(|| profile(&message.user_profile)).or_else(|| message.user.clone());
    post.set_author_name(name.as_deref().unwrap_or_default());
}

fn text(text: &Option<String>, raw: Option<&serde_json::value::RawValue>, names: &Names) -> String {
    if let Some(rich) = raw.and_then(|raw| blocks::of_blocks(raw, names)) {
        return rich;
    }
    let text = text.as_deref().unwrap_or_default();
    let end = (0..=TEXT.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    markdown(&text[..end], names)
}

fn add_line(text: &mut String, line: &str) {
    if !line.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
}

/// The bytes when the archive holds them, else the link.
fn take_file(
    file: FileOf,
    archive: Option<&Archive>,
    post: &mut Post,
    text: &mut String,
    skipped: &mut Vec<&'static str>,
) {
    if matches!(file.mode.as_deref(), Some("tombstone" | "hidden_by_limit")) {
        return skipped.push("files that Slack has deleted or hidden");
    }
    let name = file.name.or(file.title).unwrap_or_default();
    let entry = file.id.as_deref().zip(archive).and_then(|(id, archive)| archive.upload(id));
    let url = file.url_private.or(file.permalink);
    if entry.is_some() {
        let media_type = file.mimetype.unwrap_or_default();
        return post.files.push(Attached { name, media_type, entry, url });
    }
    skipped.push("files whose bytes are not in the archive, kept as links");
    add_line(text, &link(url.as_deref().unwrap_or_default(), &name));
}

fn react(post: &mut Post, reactions: Vec<Reaction>, names: &Names, skipped: &mut Vec<&'static str>) {
    for Reaction { name, users } in reactions {
        let Some(emoji) = emoji::of_name(&name) else {
            skipped.push("reactions whose emoji is no name");
            continue;
        };
        for user in users.into_iter().flatten() {
            match names.account(&user) {
                Some(user) if post.reactions.len() < REACTIONS => post.reactions.push((emoji.clone(), user)),
                Some(_) => skipped.push("reactions past 5 000 of one message"),
                None => skipped.push("reactions of people without an account"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_every_kind_become_posts_or_reasons() {
        let day = read(
            br#"[{"ts":"1700000002.000200","user":"U1","text":"second"},
                 {"ts":"1700000001.000100","user":"U1","text":"root","thread_ts":"1700000001.000100"},
                 {"ts":"1700000003.000300","subtype":"thread_broadcast","username":"b","text":"reply",
                  "thread_ts":"1700000001.000100"},
                 {"ts":"1700000004.0","subtype":"channel_join","user":"U1","text":"<@U1> has joined"},
                 {"ts":"1700000005.0","subtype":"me_message","text":"waves"},
                 {"ts":"1700000006.0","subtype":"tombstone","text":"gone","reply_count":2},
                 {"ts":1700000007,"text":"file","files":[{"id":"F1","name":"a.txt","url_private":"https://a.example/f"}]},
                 {"text":"no time"}, {"ts":"x"}, 7]"#,
            "C1",
            &Names::default(),
            None,
        );
        let texts: Vec<_> = day.posts.iter().map(|post| post.text.as_str()).collect();
        assert_eq!(texts, ["root", "second", "reply", "_waves_", "", "file\n<https://a.example/f|a.txt>"]);
        assert_eq!(day.posts[2].root.unwrap().0, day.posts[0].command);
        assert_eq!(day.posts[2].author_name.as_deref(), Some("b"));
        assert!(day.posts[4].deleted);
        assert_eq!(day.skipped.len(), 3, "{:?}", day.skipped);
        assert_eq!(day.broken.len(), 2, "{:?}", day.broken);
    }
}
