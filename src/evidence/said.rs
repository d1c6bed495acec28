//! What the tool itself writes into evidence. Redaction leaves these texts as they are, and replaces what stands at a
//! `{}`; any other text may be anybody's.

macro_rules! texts {
    ($($id:ident = $text:literal;)+) => {
        $(pub const $id: &str = $text;)+
        /// All of them.
        const TEXTS: &[&str] = &[$($text),+];
    };
}

texts! {
    // What is not known.
    BOUNDARY = "the permissions boundary";
    CREDENTIALS = "credentials";
    GROUP_POLICIES = "the policies of a group";
    HOW_IT_JOINED = "how the account joined";
    IDENTITY_POLICIES = "the identity policies";
    PRINCIPAL_IN_IAM = "the principal in IAM";
    SERVICE_CONTROL_POLICIES = "the service control policies";
    SESSION_POLICIES = "session policies";
    TAGS = "the tags";
    TEXT_OF = "the text of {}";
    WHOM = "whom to diagnose";
    // Why not.
    ANSWER_UNREADABLE = "the answer could not be read";
    CONSOLIDATED_BILLING = "the organization has consolidated billing only, without service control policies";
    DUMP_HAS_IT_NOT = "the dump does not have it";
    DUMP_LACKS_TEXT = "the dump lacks the text of its default version";
    DUMP_LACKS_VERSION = "the dump lacks its default version";
    ENTRY_UNREAD = "the dump's entry can't be read: {}";
    FEDERATED_HAS_NO_BOUNDARY = "a federated session has no permissions boundary of its own";
    FEDERATED_POLICIES = "a federated session has the policies of the IAM user that made it, and no API tells which user that was";
    FREE = "--free leaves out the call that costs 0.01 USD";
    GROUP_NOT_IN_DUMP = "group {} is not in the dump; was it made with --filter? Without it, the dump has all groups";
    INCOMPLETE = "the answer holds no {}";
    MANAGEMENT_ACCOUNT_IS_FREE = "no service control policy binds the management account";
    NOT_A_PRINCIPAL = "{} is not the ARN of a user or role";
    NOT_IN_A_DUMP = "an account dump does not hold it; `billing-doctor check` with the principal's credentials asks it";
    NOT_NEEDED = "no page that was asked about needs it, and it costs 0.01 USD";
    NOT_SIMULATED = "the simulator can't be asked about a {}";
    NO_API_FOR_SESSION_POLICIES = "no API shows the policies that were passed when a session was made";
    NO_BOUNDARY = "no permissions boundary is set";
    NO_CREDENTIALS_FOR_A_DUMP = "an account dump is judged without credentials";
    NO_ENTRY = "IAM has no entry for a {}";
    NO_POLICY_AT_LEVEL = "no service control policy is known at {}, and AWS keeps at least one there";
    NO_SCP_IN_A_DUMP = "an account dump does not hold them; --scp adds them";
    NO_TAGS = "a {} has no IAM tags";
    OTHER_ACCOUNT = "{} belongs to account {}, and these credentials to account {}";
    POLICY_UNREAD = "{}: {}";
    ONLY_DENIES = "the policies given at {} only deny; FullAWSAccess is probably attached there as well";
    PROCESS_FAILED = "the profile's credential_process failed; run it by hand to see why";
    REASON_LEFT_OUT = "the reason is left out, since it may hold something secret";
    ROOT_HAS_NO_BOUNDARY = "the root user has no permissions boundary";
    ROOT_HAS_NO_SESSION_POLICY = "the root user has no session policy";
    STANDALONE = "the account is in no organization";
    USER_HAS_NO_SESSION_POLICY = "an IAM user has no session policy";
    // Where the Region came from, and what is odd about the settings.
    FROM_REGION_OPTION = "--region";
    FROM_AWS_REGION = "AWS_REGION";
    FROM_AWS_DEFAULT_REGION = "AWS_DEFAULT_REGION";
    THE_PROFILE = "the profile";
    NO_REGION_SET = "none set: the Region where billing answers";
    WHERE_BILLING_ANSWERS = "where billing answers";
    DEMO = "the built-in demo";
    HALF_A_PAIR = "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY: the environment's key is not used.";
    KEYS_LEFT_ASIDE = "--profile {} was asked for, so the keys in the environment (AWS_ACCESS_KEY_ID) are left aside.";
    KEYS_WIN = "AWS_PROFILE={} is set, but the keys in the environment (AWS_ACCESS_KEY_ID) win: this is about the environment's keys. Use --profile {} to ask about the profile.";
    // Of whoever changed the switch.
    UNKNOWN_USER = "unknown";
}

/// What may stand at a `{}` and names nobody: kinds of principals, and what an answer can lack.
const PARTS: &[&str] = &[
    "IAM user",
    "account",
    "account, ARN and user id",
    "content",
    "default version",
    "document",
    "document in UTF-8",
    "end",
    "federated user",
    "id and management account",
    "joined method",
    "organization",
    "parent",
    "results",
    "role",
    "root user",
    "user",
];

/// Why an answer is of no use: it lacks something, which must be one of [`PARTS`].
pub fn incomplete(lacking: &str) -> String {
    debug_assert!(PARTS.contains(&lacking), "“{lacking}” is in no list");
    fill(INCOMPLETE, &[lacking])
}

/// The text with each `{}` filled in turn.
pub fn fill(text: &str, parts: &[&str]) -> String {
    let mut parts = parts.iter();
    let (first, rest) = text.split_once("{}").unwrap_or((text, ""));
    let mut out = first.to_owned();
    if first.len() < text.len() {
        for piece in rest.split("{}") {
            out += parts.next().unwrap_or(&"");
            out += piece;
        }
    }
    out
}

/// What stands at each `{}` of a text.
pub fn parts<'a>(text: &str, filled: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = text.split("{}");
    let mut rest = filled.strip_prefix(pieces.next()?)?;
    let mut parts = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let at = match pieces.peek() {
            Some(_) => rest.find(piece)?,
            None => rest.len().checked_sub(piece.len())?,
        };
        let (part, after) = rest.split_at_checked(at)?;
        rest = after.strip_prefix(piece)?;
        parts.push(part);
    }
    rest.is_empty().then_some(parts)
}

/// The text rewritten, where the tool wrote it: `part` rewrites what it names.
pub fn rewrite(text: &str, mut part: impl FnMut(&str) -> String) -> Option<String> {
    TEXTS.iter().find_map(|template| {
        let found = parts(template, text)?;
        // “{}: {}” would match anything.
        if *template == POLICY_UNREAD && !found.first()?.starts_with("arn:aws") {
            return None;
        }
        let found: Vec<String> = found
            .into_iter()
            .map(
                |text| match PARTS.contains(&text) || TEXTS.contains(&text) {
                    true => text.to_owned(),
                    false => part(text),
                },
            )
            .collect();
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        Some(fill(template, &found))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_again_with_what_was_filled_in() {
        for text in TEXTS {
            let names = ["arn:aws:iam::1:user/a", "b", "c"];
            let names = &names[..text.matches("{}").count()];
            let written = fill(text, names);
            assert!(!written.contains("{}"));
            assert_eq!(parts(text, &written).as_deref(), Some(names), "{text}");
            assert_eq!(
                rewrite(&written, |part| format!("<{part}>")),
                Some(fill(
                    text,
                    &names
                        .iter()
                        .map(|name| format!("<{name}>"))
                        .collect::<Vec<_>>()
                        .iter()
                        .map(String::as_str)
                        .collect::<Vec<_>>()
                ))
            );
        }
        assert_eq!(
            rewrite("the answer holds no answer", |_| "…".to_owned()),
            Some("the answer holds no …".to_owned())
        );
        assert_eq!(rewrite("acme holds no answer", |_| String::new()), None);
    }
}
