// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/importers/ArchitectureProposal.h"

#include <QTest>

using namespace formulens;

/// Which layers names and shapes tell of, in which order, and what is proposed to stand between them.
class WeightLayersTest final : public QObject
{
    Q_OBJECT

private slots:
    void areFoundAndOrdered_data();
    void areFoundAndOrdered();
    void whatBelongsToNoLayerIsSaid();
};

namespace {

/// "fc1.weight 4x3; fc1.bias 4; scale -" (the last: a scalar).
NamedTensors tensorsOf(const QString& text)
{
    NamedTensors file;
    for (const QString& entry : text.split(QStringLiteral("; "))) {
        const QStringList parts = entry.split(QLatin1Char(' '));
        std::vector<std::int64_t> extents;
        if (parts[1] != QLatin1String("-"))
            for (const QString& extent : parts[1].split(QLatin1Char('x')))
                extents.push_back(extent.toLongLong());
        const Shape shape(extents);
        file.tensors.push_back({parts[0].toStdString(),
            Tensor::ofDoubles(shape, std::vector<double>(shape.elementCount(), 1), ElementType::Float32), {}});
    }
    return file;
}

} // namespace

void WeightLayersTest::areFoundAndOrdered_data()
{
    QTest::addColumn<QString>("tensors");
    QTest::addColumn<bool>("isOrdered");
    QTest::addColumn<QString>("layers");
    QTest::addColumn<QString>("proposal");
    const auto row = [](const char* name, const char* tensors, bool isOrdered, const char* layers,
                         const char* proposal) { QTest::newRow(name) << tensors << isOrdered << layers << proposal; };
    row("as the file has them", "b.weight 4x3; b.bias 4; a.weight 2x4", true, "b a", "Linear,relu,Linear");
    row("sorted, of one size", "fc.10.weight 4x4; fc.2.weight 4x4; fc.1.weight 4x3", false, "fc.1 fc.2 fc.10",
        "Linear,Linear,relu,Linear");
    row("sorted, where only the shapes tell", "hidden.weight 5x4; in.weight 4x3; out.weight 2x5; after.weight 1x2",
        false, "in hidden out after", "Linear,relu,Linear,relu,Linear,relu,Linear");
    row("normalisations sorted behind all",
        "conv1.weight 4x1x3x3; fc1.weight 10x144; norm1.weight 4; norm1.bias 4; "
        "norm1.running_mean 4; norm1.running_var 4",
        false, "conv1 norm1 fc1", "Input(1,8,8),Conv2d(stride=1,padding=0),BatchNorm,relu,Flatten,Linear");
    row("a normalisation in front",
        "norm.weight 3; norm.bias 3; norm.running_mean 3; norm.running_var 3; fc.weight 2x3", true, "norm fc",
        "BatchNorm,Linear");
    row("no gap in a Sequential that has gaps", "n.0.weight 4x3; n.1.weight 4x4; n.3.weight 2x4", true, "n.0 n.1 n.3",
        "Linear,Linear,relu,Linear");
    row("a list of layers has no gaps", "n.0.weight 4x3; n.1.weight 4x4; n.2.weight 2x4", true, "n.0 n.1 n.2",
        "Linear,relu,Linear,relu,Linear");
    row("wrapped for several devices", "module.fc1.weight 4x3; module.fc2.weight 2x4", true, "fc1 fc2",
        "Linear,relu,Linear");
    row("within containers",
        "checkpoint.state_dict.fc1.weight 4x3; checkpoint.state_dict.fc2.weight 2x4; "
        "checkpoint.optimizer.state.0.exp_avg 4x3",
        true, "fc1 fc2", "Linear,relu,Linear");
    row("with an average beside it", "ema.fc.weight 4x3; model.fc.weight 4x3", true, "fc", "Linear");
    row("depthwise", "a.weight 4x2x3x3; b.weight 4x1x3x3", true, "a b",
        "Input(2,32,32),Conv2d(stride=1,padding=0),relu,Conv2d(groups=4,stride=1,padding=0)");
    row("numbers leave no room for a pool", "0.weight 16x1x4x4; 2.weight 32x16x4x4; 5.weight 100x1568; 7.weight 10x100",
        true, "0 2 5 7",
        "Input(1,28,28),Conv2d(stride=2,padding=1),relu,Conv2d(stride=2,padding=1),relu,Flatten,Linear,relu,Linear");
    row("one layer without a name", "weight 2x3; bias 2", true, "", "Linear");
}

void WeightLayersTest::areFoundAndOrdered()
{
    QFETCH(QString, tensors);
    QFETCH(bool, isOrdered);
    QFETCH(QString, layers);
    QFETCH(QString, proposal);
    NamedTensors file = tensorsOf(tensors);
    file.isOrdered = isOrdered;
    const auto proposed = proposeArchitecture(file);
    QVERIFY2(proposed, proposed ? "" : proposed.error().message.c_str());
    QStringList names;
    for (const WeightLayer& layer : proposed->weights.layers)
        names.append(QString::fromStdString(layer.name));
    QCOMPARE(names.join(QLatin1Char(' ')), layers);
    QVERIFY(proposed->weights.isChain);
    QCOMPARE(QString::fromStdString(proposed->text()), proposal);
}

void WeightLayersTest::whatBelongsToNoLayerIsSaid()
{
    const auto proposed = proposeArchitecture(tensorsOf(QStringLiteral("fc.weight 2x3; log_std 2; fc.scale -")));
    QVERIFY(proposed);
    QCOMPARE(proposed->weights.others, (std::vector<std::string>{"log_std [2]", "fc.scale []"}));
    QVERIFY(!proposed->isCertain);
    QCOMPARE(proposed->doubts.front(),
        std::string("log_std [2], fc.scale [] belong to no layer that is known, and are left out"));
}

QTEST_GUILESS_MAIN(WeightLayersTest)
#include "WeightLayersTest.moc"
