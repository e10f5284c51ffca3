// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/PreparedText.h"

#include <QTest>

namespace formulens {

/// Why the first output of a network, drawn as text, cannot be computed.
inline void compareComplaint(const QString& text, const QString& words)
{
    const auto network = prepared(text.toStdString());
    const auto& cause = network->tensor(network->network->outputs.front()).unavailable;
    QVERIFY(cause.has_value());
    QCOMPARE(QString::fromStdString(cause->message), words);
}

} // namespace formulens
