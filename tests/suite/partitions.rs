//! Each partition is a world of its own: its console, the ARNs of AWS's policies and its Regions are of no use in another.

use billing_doctor::testing::catalog::{Code, Partition};
use billing_doctor::testing::diagnose::diagnosis::diagnose;
use billing_doctor::testing::evidence::Evidence;
use billing_doctor::testing::render::{self, Palette, PolicyFormat, ReportFormat};
use billing_doctor::testing::report::Report;
use billing_doctor::testing::words::Audience;
use serde_json::Value;

use crate::registry::evidence_that_shows;

const AUDIENCES: [Audience; 6] = [
    Audience::Reader,
    Audience::Root,
    Audience::Administrator,
    Audience::Payer,
    Audience::IdentityCenter,
    Audience::Support,
];

const FORMATS: [ReportFormat; 5] = [
    ReportFormat::Text,
    ReportFormat::Json,
    ReportFormat::Html,
    ReportFormat::Markdown,
    ReportFormat::Message,
];

const EXPORTS: [PolicyFormat; 4] = [
    PolicyFormat::Json,
    PolicyFormat::Terraform,
    PolicyFormat::Cloudformation,
    PolicyFormat::AwsCli,
];

/// The one way out of a partition: the bill of a GovCloud account is its standard account's.
const BILLS_OF_THE_STANDARD_ACCOUNT: &str = "https://console.aws.amazon.com/billing/home#/bills";

/// How the ARNs of a partition begin.
fn arn(partition: Partition) -> String {
    format!("arn:{}:", partition.name())
}

/// The same account in another partition.
fn moved(evidence: &Value, partition: Partition) -> Evidence {
    let json = Partition::ALL
        .iter()
        .fold(evidence.to_string(), |json, from| {
            json.replace(&arn(*from), &arn(partition))
                .replace(from.billing_region(), partition.billing_region())
        });
    serde_json::from_str(&json).expect("still evidence")
}

/// What only callers of this partition can use.
fn own(partition: Partition) -> [String; 3] {
    [
        partition.console(""),
        arn(partition),
        partition.billing_region().to_owned(),
    ]
}

/// What a text has of other partitions.
fn foreign(text: &str, partition: Partition) -> Vec<String> {
    let text = match partition {
        Partition::GovCloud => text.replace(BILLS_OF_THE_STANDARD_ACCOUNT, ""),
        _ => text.to_owned(),
    };
    let others = Partition::ALL
        .into_iter()
        .filter(|other| *other != partition);
    let mut foreign: Vec<String> = others.flat_map(own).collect();
    if partition != Partition::Aws {
        foreign.extend(["support.console.aws", "portal.aws"].map(str::to_owned));
    }
    foreign.retain(|theirs| text.contains(theirs.as_str()));
    foreign
}

#[test]
fn nothing_that_is_printed_is_of_another_partition() {
    let palette = Palette {
        color: false,
        unicode: true,
        width: 10_000,
        rows: None,
    };
    let mut printed = 0;
    for code in Code::ALL {
        let Some((evidence, question)) = evidence_that_shows(*code) else {
            continue;
        };
        for partition in Partition::ALL {
            let evidence = moved(&evidence, partition);
            let diagnosis = diagnose(&evidence, &question);
            for audience in AUDIENCES {
                let report = Report::new(&evidence, &diagnosis, audience);
                let written = FORMATS.map(|format| {
                    let mut text = Vec::new();
                    render::write(&report, format, &palette, &mut text).expect("memory takes it");
                    String::from_utf8(text).expect("UTF-8")
                });
                let exported = EXPORTS.map(|format| {
                    let export = render::write_policies(&report.changes, None, format);
                    export.text + &export.refused.join("\n")
                });
                for text in written.into_iter().chain(exported) {
                    assert_eq!(
                        foreign(&text, partition),
                        Vec::<String>::new(),
                        "{code} in {}, to {audience:?}:\n{text}",
                        partition.name()
                    );
                    printed += usize::from(text.contains(&partition.console("")));
                }
            }
        }
    }
    assert!(
        printed > 1_000,
        "{printed} texts have a link to the console"
    );
}

#[test]
fn what_is_of_another_partition_is_seen() {
    let bills = Partition::China.console("billing/home#/bills");
    assert_eq!(foreign(&bills, Partition::China), Vec::<String>::new());
    assert_eq!(
        foreign(&bills, Partition::Aws),
        ["https://console.amazonaws.cn/"]
    );
    assert_eq!(
        foreign(BILLS_OF_THE_STANDARD_ACCOUNT, Partition::GovCloud),
        Vec::<String>::new()
    );
}
