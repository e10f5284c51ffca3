// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/Reference.h"
#include "core/opening/OpenModel.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>
#include <limits>

/* Model files with what another program computes of them: {"in": [...], "out": [...]}, made by the generate.py beside
 * them.
 */
namespace formulens {

inline QJsonDocument json(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s is missing", qPrintable(path));
    return QJsonDocument::fromJson(file.readAll());
}

inline double numberOf(const QJsonValue& value)
{
    if (!value.isString())
        return value.toDouble();
    const double infinity = std::numeric_limits<double>::infinity();
    const QString text = value.toString();
    return text == QLatin1String("inf") ? infinity : text == QLatin1String("-inf") ? -infinity : std::nan("");
}

inline std::vector<double> numbersOf(const QJsonValue& list)
{
    std::vector<double> numbers;
    for (const QJsonValue& value : list.toArray())
        numbers.push_back(numberOf(value));
    return numbers;
}

/// The first output's values, within 1e-8 of the scale.
inline void compareWithCases(const OpenedModel& model, const QJsonValue& cases)
{
    for (const QJsonValue& entry : cases.toArray()) {
        const auto values = reference::evaluate(
            *model.prepared, model.network->outputs.front(), numbersOf(entry[QStringLiteral("in")]));
        QVERIFY2(values, values ? "" : values.error().message.c_str());
        const std::vector<double> wanted = numbersOf(entry[QStringLiteral("out")]);
        QCOMPARE(values->size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i)
            QVERIFY2(std::fabs((*values)[i] - wanted[i]) <= 1e-8 * std::max(1.0, std::fabs(wanted[i])),
                qPrintable(
                    QStringLiteral("%1 instead of %2").arg((*values)[i], 0, 'g', 17).arg(wanted[i], 0, 'g', 17)));
    }
}

} // namespace formulens
