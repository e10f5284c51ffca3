// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/evaluation/Reference.h"
#include "core/opening/OpenModel.h"
#include "core/opening/OpeningQuestion.h"
#include "tests/core/opening/MemoryLimit.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

using namespace formulens;

/// A sound model is damaged at many places, always the same: whatever it then is, it is opened or refused, quickly and
/// in little memory; and what opens can be asked and evaluated.
class DamageTest final : public QObject
{
    Q_OBJECT

private slots:
    void damagedBytes_data();
    void damagedBytes();
    void cutFiles();

private:
    void survive(const std::string& content);

    QTemporaryDir m_folder;
};

namespace {

std::string contentOf(const char* example)
{
    std::ifstream stream(std::string(FORMULENS_SOURCE_DIR "/resources/examples/") + example, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
}

} // namespace

void DamageTest::survive(const std::string& content)
{
    const std::filesystem::path path = m_folder.filePath(QStringLiteral("damaged.onnx")).toStdString();
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    QElapsedTimer timer;
    timer.start();
    const MemoryLimit limit(std::size_t(512) << 20);
    const auto model = openModel(path);
    if (!model) {
        QVERIFY(model.error().message.size() > std::string("damaged.onnx: ").size());
        return;
    }
    const OpeningQuestion opening = openingQuestion(*model->prepared);
    for (const TensorIndex output : model->network->outputs)
        if (opening.question.inputs.size() < 1000)
            (void)reference::evaluate(*model->prepared, output, opening.question.referencePoint());
    QVERIFY(timer.elapsed() < 5000);
}

void DamageTest::damagedBytes_data()
{
    QTest::addColumn<QByteArray>("example");
    for (const char* example : {"xor.onnx", "iris.onnx", "cruise.onnx", "digits.onnx"})
        QTest::addRow("%s", example) << QByteArray(example);
}

/// One bit turned, one byte replaced, or several bytes replaced, at 200 places of each of four models.
void DamageTest::damagedBytes()
{
    QFETCH(QByteArray, example);
    const std::string sound = contentOf(example.constData());
    QVERIFY(!sound.empty());
    const Random random(1);
    for (std::uint64_t sample = 0; sample < 200; ++sample) {
        std::string damaged = sound;
        const std::uint64_t hits = sample % 3 == 2 ? 5 : 1;
        for (std::uint64_t hit = 0; hit < hits; ++hit) {
            const std::size_t place = random.bits(sample, 2 * hit) % damaged.size();
            const auto value = static_cast<unsigned char>(random.bits(sample, 2 * hit + 1));
            damaged[place] = static_cast<char>(
                sample % 3 == 0 ? static_cast<unsigned char>(damaged[place]) ^ (1u << (value % 8)) : value);
        }
        survive(damaged);
        if (QTest::currentTestFailed())
            QFAIL(qPrintable(QStringLiteral("sample %1").arg(sample)));
    }
}

void DamageTest::cutFiles()
{
    const std::string sound = contentOf("xor.onnx");
    for (std::size_t size = 0; size < sound.size(); size += 1 + sound.size() / 200)
        survive(sound.substr(0, size));
}

QTEST_MAIN(DamageTest)
#include "DamageTest.moc"
