//! What to click, drawn: our own drawings, in the colours of the page.

use maud::{Markup, PreEscaped, html};

use crate::diagnose::remedy::Step as Kind;
use crate::report::{Account, Step};

/// What it shows, in words, and the drawing; `{account}` in it is where the account's name stands.
type Drawing = (&'static str, &'static str);

/// The drawing for a step, where clicking is needed and the place is known.
pub(super) fn of(step: &Step, account: &Account) -> Option<Markup> {
    let (title, body) = match step.step.as_ref()? {
        Kind::SignInAsRoot => SIGN_IN,
        Kind::OpenAccountPage => ACCOUNT_MENU,
        Kind::EditSwitch => EDIT,
        Kind::ActivateSwitch => ACTIVATE,
        Kind::MakeChange if step.attaches => ATTACH,
        Kind::GiveLinkedAccountAccess { .. } => LINKED_ACCOUNT_ACCESS,
        Kind::LaunchCostExplorer => OPEN_COST_EXPLORER,
        _ => return None,
    };
    let name = account.alias.as_deref().or(account.name.as_deref());
    let (before, after) = body.split_once("{account}").unwrap_or((body, ""));
    let named = !after.is_empty();
    Some(html! {
        svg viewBox="0 0 320 110" role="img" aria-label=(title) xmlns="http://www.w3.org/2000/svg" {
            (PreEscaped(before))
            @if named { (short(name.unwrap_or("your account"))) (PreEscaped(after)) }
        }
    })
}

/// As much of a name as fits.
fn short(name: &str) -> String {
    const LONGEST: usize = 11;
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let head: String = name.chars().take(LONGEST).collect();
    format!("{head}…")
}

const ATTACH: Drawing = (
    "The page of a user or role in IAM with the button “Add permissions”",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
     <text x='16' y='26' class='b'>IAM: Users or Roles</text><text x='16' y='46' class='q'>the name</text>\
     <text x='16' y='80' class='b'>Permissions policies</text>\
     <rect x='178' y='60' width='126' height='30' rx='15' class='h'/><text x='192' y='80' class='b'>Add permissions</text>\
     <path d='M240 18 L240 52 M234 44 L240 52 L246 44' class='a'/>",
);

const LINKED_ACCOUNT_ACCESS: Drawing = (
    "Cost Management preferences, tab General, with the check box “Linked account access” ticked",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
     <text x='16' y='26' class='b'>Preferences: General</text>\
     <text x='16' y='52' class='q'>Member account permissions</text>\
     <rect x='16' y='66' width='18' height='18' rx='3' class='h'/><path d='M19 75 L24 80 L32 69' class='a'/>\
     <text x='44' y='81' class='b'>Linked account access</text>\
     <path d='M272 75 L226 75 M234 69 L226 75 L234 81' class='a'/>",
);

const OPEN_COST_EXPLORER: Drawing = (
    "The menu of Billing and Cost Management with the entry “Cost Explorer”",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
     <text x='16' y='24' class='q'>Billing and Cost Management</text>\
     <rect x='14' y='38' width='140' height='24' class='h'/><text x='24' y='55' class='b'>Cost Explorer</text>\
     <text x='24' y='80' class='q'>Budgets</text><text x='24' y='99' class='q'>Bills</text>\
     <path d='M208 50 L162 50 M170 44 L162 50 L170 56' class='a'/>",
);

const SIGN_IN: Drawing = (
    "The sign-in page with “Root user” chosen and a field for its e-mail address",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
         <text x='16' y='26' class='b'>Sign in</text>\
         <circle cx='24' cy='48' r='6' class='o'/><circle cx='24' cy='48' r='3' class='f'/>\
         <text x='38' y='53'>Root user</text>\
         <circle cx='150' cy='48' r='6' class='o'/><text x='164' y='53'>IAM user</text>\
         <rect x='16' y='66' width='288' height='28' rx='4' class='o'/>\
         <text x='26' y='85' class='q'>root user's e-mail address</text>",
);

const ACCOUNT_MENU: Drawing = (
    "The menu below the account's name at the top right, with the entry “Account”",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
         <rect x='1' y='1' width='318' height='26' rx='8' class='n'/>\
         <text x='16' y='19' class='i'>AWS</text><text x='218' y='19' class='i'>{account} ▾</text>\
         <rect x='196' y='30' width='112' height='74' class='m'/>\
         <rect x='198' y='34' width='108' height='22' class='h'/><text x='206' y='50' class='b'>Account</text>\
         <text x='206' y='72' class='q'>Organization</text><text x='206' y='92' class='q'>Sign out</text>\
         <path d='M150 45 L190 45 M182 39 L190 45 L182 51' class='a'/>",
);

const EDIT: Drawing = (
    "The section “IAM user and role access to Billing information” with its button “Edit”",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
         <text x='16' y='28' class='b'>IAM user and role access</text>\
         <text x='16' y='46' class='b'>to Billing information</text>\
         <text x='16' y='78' class='q'>IAM user/role access is</text><text x='16' y='94' class='q'>deactivated.</text>\
         <rect x='244' y='16' width='60' height='28' rx='14' class='h'/><text x='261' y='35' class='b'>Edit</text>\
         <path d='M274 84 L274 52 M268 60 L274 52 L280 60' class='a'/>",
);

const ACTIVATE: Drawing = (
    "The check box “Activate IAM Access”, ticked, and the button “Update”",
    "<rect x='1' y='1' width='318' height='108' rx='8' class='p'/>\
         <rect x='16' y='22' width='18' height='18' rx='3' class='h'/><path d='M19 31 L24 36 L32 25' class='a'/>\
         <text x='44' y='37' class='b'>Activate IAM Access</text>\
         <rect x='16' y='64' width='84' height='30' rx='15' class='h'/><text x='34' y='84' class='b'>Update</text>\
         <path d='M150 79 L108 79 M116 73 L108 79 L116 85' class='a'/>",
);
