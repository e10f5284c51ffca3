% SPDX-License-Identifier: GPL-3.0-or-later
% Networks as MATLAB's network objects hold them, written by resources/matlab/writeFormulensModel.m, and expected.json:
% what MATLAB computes of them by the definitions of its functions. Started with "octave generate.m" in this folder; GNU
% Octave has no network objects, but structs with the same fields.
1;
addpath('../../../resources/matlab');
rand('twister', 3);

function settings = minmax(x, least, most)
    settings = struct('name', 'mapminmax', 'xmin', min(x, [], 2), 'ymin', least, 'ymax', most);
    range = max(x, [], 2) - settings.xmin;
    settings.gain = (most - least) ./ range;
    settings.xoffset = settings.xmin;
    fixed = range == 0;
    settings.gain(fixed) = 1;
    settings.xoffset(fixed) = least;
    settings.no_change = false;
end

function settings = standard(x, isOld)
    settings = struct('name', 'mapstd', 'xmean', mean(x, 2), 'xstd', std(x, 0, 2), 'ymean', 0.25, 'ystd', 2);
    settings.no_change = false;
    if ~isOld
        fixed = settings.xstd == 0;
        settings.gain = settings.ystd ./ settings.xstd;
        settings.gain(fixed) = 1;
        settings.xoffset = settings.xmean;
        settings.xoffset(fixed) = settings.ymean;
    end
end

function settings = constantRows(x)
    isConstant = max(x, [], 2) == min(x, [], 2);
    settings = struct('name', 'removeconstantrows', 'xrows', size(x, 1), 'yrows', sum(~isConstant), ...
        'keep', find(~isConstant)', 'remove', find(isConstant)', 'value', x(isConstant, 1), 'constants', ...
        x(isConstant, 1), 'no_change', ~any(isConstant));
end

function settings = components(x)
    [transform, ~] = svd(x, 0);
    settings = struct('name', 'processpca', 'transform', transform(:, 1:end - 1)', 'no_change', false);
    settings.inverseTransform = pinv(settings.transform);
end

% y = the processing function of x, as MATLAB's documentation defines it
function x = apply(settings, x)
    if settings.no_change, return, end
    switch settings.name
        case 'mapminmax', x = (x - settings.xoffset) .* settings.gain + settings.ymin;
        case 'processpca', x = settings.transform * x;
        case 'removeconstantrows', x = x(settings.keep, :);
        case 'mapstd'
            changes = settings.xstd ~= 0;
            y = (x - settings.xmean) .* (settings.ystd ./ settings.xstd) + settings.ymean;
            x(changes) = y(changes);
    end
end

function x = reverse(settings, y)
    x = y;
    if settings.no_change, return, end
    switch settings.name
        case 'mapminmax', x = (y - settings.ymin) ./ settings.gain + settings.xoffset;
        case 'processpca', x = settings.inverseTransform * y;
        case 'mapstd'
            changes = settings.xstd ~= 0;
            all = (y - settings.ymean) .* (settings.xstd ./ settings.ystd) + settings.xmean;
            x(changes) = all(changes);
        case 'removeconstantrows'
            x = zeros(settings.xrows, 1);
            x(settings.keep) = y;
            x(settings.remove) = settings.constants;
    end
end

function a = transfer(name, n)
    switch name
        case 'purelin', a = n;
        case 'tansig', a = 2 ./ (1 + exp(-2 * n)) - 1;
        case 'logsig', a = 1 ./ (1 + exp(-n));
        case 'poslin', a = max(n, 0);
        case 'satlin', a = min(max(n, 0), 1);
        case 'satlins', a = min(max(n, -1), 1);
        case 'radbas', a = exp(-n .^ 2);
        case 'tribas', a = max(0, 1 - abs(n));
        case 'hardlim', a = double(n >= 0);
        case 'hardlims', a = 2 * (n >= 0) - 1;
        case 'elliotsig', a = n ./ (1 + abs(n));
        case 'softmax', a = exp(n - max(n)) / sum(exp(n - max(n)));
    end
end

% A network of random weights. Settings: of the inputs and of the outputs, in their order.
function net = network(x, inputSettings, sizes, functions, outputSettings)
    layers = numel(sizes);
    net = struct('numLayers', layers, 'numInputDelays', 0, 'numLayerDelays', 0, 'inputConnect', ...
        [true; false(layers - 1, 1)], 'outputConnect', [false(1, layers - 1), true], 'biasConnect', true(layers, 1));
    net.biasConnect(end) = layers ~= 3; % some have none at the output
    net.layerConnect = logical(diag(ones(layers, 1), -1)(1:layers, 1:layers));
    names = @(all) cellfun(@(s) s.name, all, 'UniformOutput', false);
    processed = x(:, 1);
    for i = 1:numel(inputSettings), processed = apply(inputSettings{i}, processed); end
    net.inputs = {struct('size', size(x, 1), 'range', [min(x, [], 2), max(x, [], 2)])};
    net.inputs{1}.processFcns = names(inputSettings);
    net.inputs{1}.processSettings = inputSettings;
    net.outputs = cell(1, layers);
    net.outputs{layers} = struct('size', sizes(end));
    net.outputs{layers}.processFcns = names(outputSettings);
    net.outputs{layers}.processSettings = outputSettings;
    [net.IW, net.b, net.inputWeights, net.layers] = deal(cell(layers, 1));
    [net.LW, net.layerWeights] = deal(cell(layers));
    before = numel(processed);
    for i = 1:layers
        weights = 2 * rand(sizes(i), before) - 1;
        if i == 1
            net.IW{1} = weights;
            net.inputWeights{1} = struct('weightFcn', 'dotprod');
        else
            net.LW{i, i - 1} = weights;
            net.layerWeights{i, i - 1} = struct('weightFcn', 'dotprod');
        end
        net.b{i} = rand(sizes(i), 1) - 0.5;
        net.layers{i} = struct('transferFcn', functions{i}, 'netInputFcn', 'netsum');
        before = sizes(i);
    end
end

function a = simulate(net, a)
    for i = 1:numel(net.inputs{1}.processSettings), a = apply(net.inputs{1}.processSettings{i}, a); end
    for i = 1:net.numLayers
        if i == 1, n = net.IW{1} * a; else, n = net.LW{i, i - 1} * a; end
        if net.biasConnect(i), n += net.b{i}; end
        a = transfer(net.layers{i}.transferFcn, n);
    end
    settings = net.outputs{end}.processSettings;
    for i = numel(settings):-1:1, a = reverse(settings{i}, a); end
end

function write(name, net, x, handle)
    writeFormulensModel(net, [name '.json']);
    rows = {};
    list = @(v) strjoin(arrayfun(@(n) sprintf('%.17g', n), v(:)', 'UniformOutput', false), ', ');
    for i = 1:5
        point = x(:, i) + 0.3 * rand(size(x, 1), 1);
        rows{end + 1} = sprintf('{"in": [%s], "out": [%s]}', list(point), list(simulate(net, point)));
    end
    fprintf(handle, '%s\n"%s.json": [%s]', ifelse(ftell(handle) > 1, ',', ''), name, strjoin(rows, [',' "\n "]));
end

function result = ifelse(condition, a, b)
    if condition, result = a; else, result = b; end
end

x = [1; 10; 0; 100] + [5; 20; 0; 300] .* rand(4, 12); % the third row never changes
x(3, :) = 7;
y = [-3; 40; 8] + [6; 0; 20] .* rand(3, 12); % nor does the second
handle = fopen('expected.json', 'w');
fprintf(handle, '{');
kept = constantRows(x);
keptY = constantRows(y);
write('fit', network(x, {kept, minmax(apply(kept, x), -1, 1)}, [5 2], {'tansig', 'purelin'}, ...
    {keptY, minmax(apply(keptY, y), -1, 1)}), x, handle);
write('constant_row', network(x, {minmax(x, -1, 1)}, [4 3], {'logsig', 'tansig'}, {minmax(y, 0, 1)}), x, handle);
write('standard', network(x, {standard(x, false)}, [4 3], {'radbas', 'purelin'}, {standard(y, false)}), x, handle);
write('standard_old', network(x, {standard(x, true)}, [4 3], {'tribas', 'purelin'}, {standard(y, true)}), x, handle);
write('components', network(x, {minmax(x, -1, 1), components(apply(minmax(x, -1, 1), x))}, [4 2], ...
    {'elliotsig', 'purelin'}, {components(y)}), x, handle);
write('pattern', network(x, {kept, minmax(apply(kept, x), -1, 1)}, [6 3], {'tansig', 'softmax'}, {}), x, handle);
write('deep', network(x, {minmax(x, -2, 3)}, [5 4 2], {'satlin', 'satlins', 'poslin'}, {}), x, handle);
write('steps', network(x, {minmax(x, -1, 1)}, [5 4 2], {'hardlims', 'hardlim', 'purelin'}, {}), x, handle);
write('one_layer', network(x, {}, 2, {'purelin'}, {}), x, handle);
fprintf(handle, '\n}\n');
fclose(handle);

% What it does not write is refused.
net = network(x, {}, [2 1], {'radbas', 'purelin'}, {});
net.inputWeights{1}.weightFcn = 'dist';
net.layers{1}.netInputFcn = 'netprod';
try
    writeFormulensModel(net, tempname());
    error('a network of distances was written');
catch problem
    assert(problem.message, 'Layer 1 computes with dist and netprod, expected dotprod and netsum.');
end
