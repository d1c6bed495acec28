"""A log of so many MB: `quiet`, `telling` (words of refusals that are none in every fifth line), or `refusals`
(one in every hundredth line)."""

import sys

kind, megabytes = sys.argv[1], int(sys.argv[2])
written, line = 0, 0
while written < megabytes << 20:
    line += 1
    text = f"2026-11-30T10:{line // 60 % 60:02}:{line % 60:02}Z INFO worker-{line % 7} served GET /v1/items/{line} in {line % 97} ms, status=200\n"
    if kind == "telling" and line % 5 == 0:
        text = f"2026-11-30T10:00:00Z INFO session of user-{line} refreshed, policy cached, token expired at {line}\n"
    if kind == "refusals" and line % 100 == 0:
        text = (
            "2026-11-30T10:00:00Z ERROR An error occurred (AccessDeniedException) when calling the GetTags operation: User: "
            "arn:aws:iam::111122223333:user/alice is not authorized to perform: ce:GetTags because no identity-based policy "
            "allows the ce:GetTags action\n"
        )
    sys.stdout.write(text)
    written += len(text)
