// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/Tensor.h"

#include <QTest>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

using namespace formulens;

Q_DECLARE_METATYPE(formulens::ElementType)

class TensorTest final : public QObject
{
    Q_OBJECT

private slots:
    void halfFloatsAreDecodedByTheirBits_data();
    void halfFloatsAreDecodedByTheirBits();
    void everyHalfFloatReadsBack();
    void roundsToTheNearestHalf();
    void bfloatsAreTheUpperHalfOfFloats();
    void readsUnalignedBytesInPlace();
    void everyTypeKeepsItsNumbers_data();
    void everyTypeKeepsItsNumbers();
    void integersBeyondDoublesStayExact();
    void floatingPointTruncatesToIntegers();
    void reshapingSharesTheElements();
    void stringsAreElementsToo();
};

namespace {

Tensor halfOf(std::uint16_t bits, ElementType type)
{
    auto owner = std::make_shared<std::uint16_t>(bits);
    return Tensor::view(type, Shape{}, std::as_bytes(std::span(owner.get(), 1)), owner);
}

std::uint16_t bitsOf(const Tensor& tensor)
{
    std::uint16_t bits = 0;
    std::memcpy(&bits, tensor.bytes().data(), sizeof bits);
    return bits;
}

} // namespace

void TensorTest::halfFloatsAreDecodedByTheirBits_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<double>("value");
    QTest::addRow("one") << 0x3C00 << 1.0;
    QTest::addRow("minus two") << 0xC000 << -2.0;
    QTest::addRow("the largest") << 0x7BFF << 65504.0;
    QTest::addRow("the smallest normal") << 0x0400 << 0x1p-14;
    QTest::addRow("the smallest subnormal") << 0x0001 << 0x1p-24;
    QTest::addRow("a third") << 0x3555 << 0.333251953125;
    QTest::addRow("infinity") << 0x7C00 << std::numeric_limits<double>::infinity();
}

void TensorTest::halfFloatsAreDecodedByTheirBits()
{
    QFETCH(int, bits);
    QFETCH(double, value);
    QCOMPARE(halfOf(static_cast<std::uint16_t>(bits), ElementType::Float16).number(0), value);
}

void TensorTest::everyHalfFloatReadsBack()
{
    for (int bits = 0; bits <= 0xFFFF; ++bits) {
        const Tensor half = halfOf(static_cast<std::uint16_t>(bits), ElementType::Float16);
        const double value = half.number(0);
        if (std::isnan(value))
            continue;
        const Tensor back = Tensor::ofDoubles({}, {value}, ElementType::Float16);
        QCOMPARE(int(bitsOf(back)), bits);
    }
}

void TensorTest::roundsToTheNearestHalf()
{
    const auto rounded = [](double value) { return Tensor::ofDoubles({}, {value}, ElementType::Float16).number(0); };
    QCOMPARE(rounded(1.0 + 0x1p-11), 1.0); // a tie goes to even
    QCOMPARE(rounded(1.0 + 0x3p-11), 1.0 + 0x1p-9);
    QCOMPARE(rounded(2047.9), 2048.0); // rounding up crosses a power of two
    QCOMPARE(rounded(65519.9), 65504.0);
    QCOMPARE(rounded(65520.0), std::numeric_limits<double>::infinity());
    QVERIFY(std::isnan(rounded(std::nan(""))));
}

void TensorTest::bfloatsAreTheUpperHalfOfFloats()
{
    QCOMPARE(halfOf(0x3F80, ElementType::BFloat16).number(0), 1.0);
    QCOMPARE(halfOf(0xC049, ElementType::BFloat16).number(0), -3.140625);
    QCOMPARE(int(bitsOf(Tensor::ofDoubles({}, {3.14159}, ElementType::BFloat16))), 0x4049);
    QVERIFY(std::isnan(halfOf(0x7FC0, ElementType::BFloat16).number(0)));
}

void TensorTest::readsUnalignedBytesInPlace()
{
    auto file = std::make_shared<std::array<std::byte, 9>>();
    const std::array<float, 2> values{1.5f, -2.25f};
    std::memcpy(file->data() + 1, values.data(), sizeof values);
    const Tensor tensor = Tensor::view(ElementType::Float32, {2}, std::span(*file).subspan(1), file);
    QCOMPARE(tensor.numbers(), (std::vector<double>{1.5, -2.25}));
    QCOMPARE(static_cast<const void*>(tensor.bytes().data()), static_cast<const void*>(file->data() + 1));
}

void TensorTest::everyTypeKeepsItsNumbers_data()
{
    QTest::addColumn<ElementType>("type");
    QTest::addColumn<int>("bytes");
    for (const auto& [type, bytes] : {std::pair(ElementType::Float16, 2), {ElementType::BFloat16, 2},
             {ElementType::Float32, 4}, {ElementType::Float64, 8}, {ElementType::Int8, 1}, {ElementType::Int16, 2},
             {ElementType::Int32, 4}, {ElementType::Int64, 8}, {ElementType::UInt8, 1}, {ElementType::UInt16, 2},
             {ElementType::UInt32, 4}, {ElementType::UInt64, 8}})
        QTest::addRow("%s", std::string(name(type)).c_str()) << type << bytes;
}

void TensorTest::everyTypeKeepsItsNumbers()
{
    QFETCH(ElementType, type);
    QFETCH(int, bytes);
    const Tensor real = Tensor::ofDoubles({3}, {0, 1, 100}, type);
    const Tensor whole = Tensor::ofIntegers({3}, {0, 1, 100}, type);
    QCOMPARE(real.numbers(), (std::vector<double>{0, 1, 100}));
    QCOMPARE(whole.integers(), (std::vector<std::int64_t>{0, 1, 100}));
    QCOMPARE(real.bytes().size(), std::size_t(3 * bytes));
    QVERIFY(std::equal(real.bytes().begin(), real.bytes().end(), whole.bytes().begin()));
    QVERIFY(isFloatingPoint(type) != isInteger(type));
}

void TensorTest::integersBeyondDoublesStayExact()
{
    constexpr std::int64_t odd = (std::int64_t(1) << 53) + 1;
    const Tensor tensor = Tensor::ofIntegers({1}, {odd});
    QCOMPARE(tensor.integer(0), odd);
    QCOMPARE(tensor.number(0), 0x1p53);
    QCOMPARE(Tensor::ofIntegers({1}, {-1}, ElementType::UInt64).number(0), 0x1p64);
}

void TensorTest::floatingPointTruncatesToIntegers()
{
    const Tensor tensor = Tensor::ofDoubles({4}, {2.9, -2.9, 1e300, std::nan("")});
    QCOMPARE(tensor.integers(), (std::vector<std::int64_t>{2, -2, std::numeric_limits<std::int64_t>::max(), 0}));
    QCOMPARE(Tensor::ofDoubles({2}, {0.5, 0}, ElementType::Bool).integers(), (std::vector<std::int64_t>{1, 0}));
}

void TensorTest::reshapingSharesTheElements()
{
    const Tensor flat = Tensor::ofDoubles({6}, {1, 2, 3, 4, 5, 6});
    const Tensor square = flat.reshaped({2, 3});
    QCOMPARE(square.shape().text(), std::string("[2, 3]"));
    QCOMPARE(square.bytes().data(), flat.bytes().data());
    QCOMPARE(square.number(5), 6.0);
}

void TensorTest::stringsAreElementsToo()
{
    const Tensor labels = Tensor::ofStrings({2}, {"setosa", ""});
    QCOMPARE(labels.size(), std::size_t(2));
    QCOMPARE(labels.string(0), std::string("setosa"));
    QVERIFY(labels.bytes().empty());
    QCOMPARE(name(labels.type()), std::string_view("string"));
}

QTEST_MAIN(TensorTest)
#include "TensorTest.moc"
