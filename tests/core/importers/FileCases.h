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

/* Model files with what another program computes of them, made by the generate.py beside them. */
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

/// The first output at a point, within a tolerance of its scale.
inline void compareAt(const OpenedModel& model, const QJsonValue& point, const QJsonValue& outputs, double tolerance)
{
    const auto values = reference::evaluate(*model.prepared, model.network->outputs.front(), numbersOf(point));
    QVERIFY2(values, values ? "" : values.error().message.c_str());
    const std::vector<double> wanted = numbersOf(outputs);
    QCOMPARE(values->size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        QVERIFY2(std::fabs((*values)[i] - wanted[i]) <= tolerance * std::max(1.0, std::fabs(wanted[i])),
            qPrintable(QStringLiteral("%1 instead of %2").arg((*values)[i], 0, 'g', 17).arg(wanted[i], 0, 'g', 17)));
}

/// [{"in": point, "out": outputs}, ...]
inline void compareWithCases(const OpenedModel& model, const QJsonValue& cases, double tolerance = 1e-8)
{
    QVERIFY(!cases.toArray().isEmpty());
    for (const QJsonValue& entry : cases.toArray())
        compareAt(model, entry[QStringLiteral("in")], entry[QStringLiteral("out")], tolerance);
}

/// {"in": [point, ...], "out": [outputs, ...]}
inline void compareWithPoints(const OpenedModel& model, const QJsonValue& expected, double tolerance)
{
    const QJsonArray points = expected[QStringLiteral("in")].toArray();
    QVERIFY(!points.isEmpty());
    for (int i = 0; i < points.size(); ++i)
        compareAt(model, points[i], expected[QStringLiteral("out")][i], tolerance);
}

} // namespace formulens
